using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Events;

/// <summary>All that time travel needs of an account: its event log and what held beside it.</summary>
internal static class AccountLogs
{
    /// <param name="at">Events that cannot count by then are left out.</param>
    public static Task<(IReadOnlyList<LoggedEvent> Log, AccountPast Past)> ReadAsync(
        IDatabase database, StoredAccount stored, DateTimeOffset at, CancellationToken cancellation) => database.ReadAsync(
            async connection => (await LoggedEvents.ReadAsync(connection, stored.Account.Id, at), await AccountPasts.LoadAsync(connection, null, stored.Account)),
            cancellation);
}
