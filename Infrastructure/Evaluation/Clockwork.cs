using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Evaluates accounts when time alone may have changed their standing: an expiring window, inactivity, a renewal, a dwell. Each evaluation
/// stores the next due time, so that this loop reads only accounts that are due.
/// </summary>
internal sealed class Clockwork(
    IDatabase database, AccountEvaluations evaluations, ParkedAccounts parked, EvaluationSignal signal, LoopHealth health,
    TimeProvider time, ILogger<Clockwork> logger)
    : WorkerLoop("clockwork", health, logger)
{
    private const int MaxAccounts = 200;

    private static readonly SqlText SelectDue = new(
        "SELECT account_id FROM account_states WHERE due_at <= @Now ORDER BY due_at LIMIT @Limit",
        "SELECT TOP (@Limit) account_id FROM account_states WHERE due_at <= @Now ORDER BY due_at");

    private const string SelectNext = "SELECT MIN(due_at) FROM account_states WHERE due_at IS NOT NULL";

    /// <summary>Limited, because other processes change due times too.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(15);

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
            connection => connection.QueryAsync<string>(SelectDue.For(connection), new { Now = now, Limit = MaxAccounts }), cancellation);
        var accountIds = due.AsList();
        if (accountIds.Count > 0 && await TryEvaluateAsync(accountIds, cancellation) is { } failure)
            await HalveAsync(accountIds, failure, cancellation);
        return accountIds.Count;
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
            await evaluations.EvaluateAsync(accountIds, NotificationMode.Send, cancellation);
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
