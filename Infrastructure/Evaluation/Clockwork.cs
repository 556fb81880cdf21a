using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Evaluates accounts when time alone may have changed their standing: an expiring window, inactivity, a renewal, a dwell. Each evaluation
/// stores the next due time, so that this loop reads only accounts that are due. Any number of workers may run it. While many accounts are
/// due, each worker draws a part of them, so that two seldom evaluate the same account; if they do, only one writes.
/// </summary>
internal sealed class Clockwork(
    IDatabase database, AccountEvaluations evaluations, ParkedAccounts parked, EvaluationSignal signal, LoopHealth health,
    TimeProvider time, ILogger<Clockwork> logger)
    : WorkerLoop("clockwork", health, logger)
{
    private const int MaxAccounts = 200, Parts = 6;

    private static readonly SqlText SelectDue = new(
        "SELECT account_id FROM account_states WHERE due_at <= @Now ORDER BY due_at LIMIT @Limit",
        "SELECT TOP (@Limit) account_id FROM account_states WHERE due_at <= @Now ORDER BY due_at");

    private const string SelectNext = "SELECT MIN(due_at) FROM account_states WHERE due_at IS NOT NULL";

    /// <summary>Limited, because other processes change due times too.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(15);

    /// <summary>For an account that another transaction holds.</summary>
    private static readonly TimeSpan PauseWhileHeld = TimeSpan.FromMilliseconds(100);

    private int _evaluated;

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        while (await EvaluateDueAsync(stopping) == MaxAccounts)
        {
            // Evaluate all accounts that are due before sleeping.
        }

        await signal.WaitAsync(await NextLookAsync(stopping), stopping);
    }

    private async Task<int> EvaluateDueAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var due = await database.ReadAsync(
            connection => connection.QueryAsync<string>(SelectDue.For(connection), new { Now = now, Limit = MaxAccounts * Parts }),
            cancellation);
        var accountIds = Choose(due.AsList());
        if (accountIds.Count == 0) return 0;
        _evaluated = 0;
        if (await TryEvaluateAsync(accountIds, cancellation) is { } failure) await HalveAsync(accountIds, failure, cancellation);
        else if (_evaluated == 0) await Task.Delay(PauseWhileHeld, cancellation);
        return accountIds.Count;
    }

    /// <summary>
    /// All accounts; where they are more than a transaction takes, those of a part first. It is drawn anew each time: a worker that kept to
    /// a part would leave the others' in front of it.
    /// </summary>
    private static List<string> Choose(List<string> due)
    {
        if (due.Count <= MaxAccounts) return due;
        var part = Random.Shared.Next(Parts);
        return [.. due.OrderBy(id => (Lane.Of(id, Parts) - part + Parts) % Parts).Take(MaxAccounts)];
    }

    /// <summary>Parks the accounts that fail while others do not, so that they do not block the others.</summary>
    private async Task HalveAsync(List<string> accountIds, Exception failure, CancellationToken cancellation)
    {
        Failed(failure, $"evaluating {accountIds.Count} accounts together");
        var failed = await new Halving<string>(id => id, half => TryEvaluateAsync(half, cancellation)).RunAsync(accountIds, failure);
        foreach (var (accountId, reason) in failed)
        {
            // An error of the database is not necessarily caused by the account.
            if (reason is DbException) throw reason;
            await parked.LeaveAsync(accountId, reason, cancellation);
        }
    }

    private async Task<Exception?> TryEvaluateAsync(IReadOnlyList<string> accountIds, CancellationToken cancellation)
    {
        try
        {
            _evaluated += (await evaluations.EvaluateDueAsync(accountIds, cancellation)).Accounts;
            return null;
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or DBConcurrencyException or OperationCanceledException))
        {
            return failure;
        }
    }

    private async Task<DateTimeOffset> NextLookAsync(CancellationToken cancellation)
    {
        var latest = time.GetUtcNow() + LongestSleep;
        var next = await database.ReadAsync(connection => connection.ExecuteScalarAsync<DateTimeOffset?>(SelectNext), cancellation);
        return next < latest ? next.Value : latest;
    }
}
