using System.Data;
using System.Data.Common;
using HealthApi.Core.History;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Evaluation.Rebuilding;

/// <summary>The log of an account, folded up to an event number.</summary>
internal sealed class FoldedDays
{
    private readonly string _accountId;
    private readonly AccountFigures _figures;
    private readonly long _baseline, _last;

    private FoldedDays(string accountId, AccountFigures figures, long baseline, long last) =>
        (_accountId, _figures, _baseline, _last) = (accountId, figures, baseline, last);

    public static async Task<FoldedDays> OfAsync(
        IDatabase database, AccountLog log, string accountId, DateTimeOffset now, CancellationToken cancellation)
    {
        var last = await database.ReadAsync(connection => LoggedEvents.LastAsync(connection, accountId), cancellation);
        var version = 0L;
        var fold = await log.FoldAsync(
            new AccountLog.Reading(accountId, FoldStart.Beginning, DateTimeOffset.MaxValue, last),
            (StoredBaseline? stored) =>
            {
                version = stored?.Version ?? 0;
                return new FigureFold(stored?.Baseline, now);
            },
            patient: true,
            cancellation);
        return new FoldedDays(accountId, fold.Figures, version, last);
    }

    /// <summary>The figures with the events that have come since, read in the transaction that holds the account.</summary>
    /// <exception cref="DBConcurrencyException">Retention has pruned the account since its log was read.</exception>
    public async Task<AccountFigures> FiguresAsync(DbTransaction transaction)
    {
        var connection = transaction.Connection!;
        if (await AccountBaselines.VersionAsync(connection, transaction, _accountId) != _baseline)
            throw new DBConcurrencyException("Retention has pruned the account since its log was read.");
        var figures = AccountFigures.Decode(_figures.Encode(DateTimeOffset.MinValue));
        foreach (var logged in await LoggedEvents.ReadSinceAsync(connection, transaction, _accountId, _last)) figures.Apply(logged.Event);
        return figures;
    }
}
