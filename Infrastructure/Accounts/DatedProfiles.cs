using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>A change of one account with an effective date.</summary>
/// <param name="At">The effective date.</param>
/// <param name="Fields">The stored names of the fields that the change states (<see cref="ProfileChain.FieldsOf"/>).</param>
/// <param name="Change">Gets the profile that held at the date (null: none) and returns the new one, or null to refuse.</param>
public sealed record DatedEdit(string Id, DateTimeOffset At, IReadOnlyCollection<string> Fields, Func<Account?, Account?> Change);

/// <summary>
/// Writes profiles with an effective date. Everything derived from the past uses them from that date on; a question with
/// <c>asKnownAt</c> uses them only from the instant at which they were recorded.
/// </summary>
public sealed class DatedProfiles(EvaluationPolicies policies, AccountRemoval removal, EvaluationSignal signal, TimeProvider time)
{
    private static readonly SqlText Append = new(
        """
        INSERT INTO dated_profiles (account_id, since, recorded_at, profile, stated)
        SELECT value ->> 'id', value ->> 'since', @Now, value ->> 'profile', value ->> 'stated' FROM json_each(@Rows) WHERE true
        ON CONFLICT (account_id, since, recorded_at) DO UPDATE SET profile = excluded.profile, stated = excluded.stated
        """,
        """
        DELETE dated_profiles FROM dated_profiles, OPENJSON(@Rows) WITH (id nvarchar(128), since datetime2(6)) AS r
        WHERE dated_profiles.account_id = r.id COLLATE Latin1_General_100_BIN2 AND dated_profiles.since = r.since
            AND dated_profiles.recorded_at = @Now;
        INSERT INTO dated_profiles (account_id, since, recorded_at, profile, stated)
        SELECT r.id, r.since, @Now, r.profile, r.stated
        FROM OPENJSON(@Rows) WITH (id nvarchar(128), since datetime2(6), profile nvarchar(max), stated nvarchar(1000)) AS r
        """);

    // The version rises too, so that an evaluation that has already started does not write the previous restate_from back.
    private static readonly SqlText MarkHistory = new(
        """
        UPDATE account_states SET due_at = @Now, version = version + 1, restate_from = MIN(COALESCE(restate_from, r.value ->> 'day'),
            r.value ->> 'day')
        FROM json_each(@Rows) AS r WHERE account_states.account_id = r.value ->> 'id'
        """,
        """
        UPDATE account_states SET due_at = @Now, version = account_states.version + 1,
            restate_from = CASE WHEN account_states.restate_from < r.day THEN account_states.restate_from ELSE r.day END
        FROM account_states, OPENJSON(@Rows) WITH (id nvarchar(128), day bigint) AS r
        WHERE account_states.account_id = r.id COLLATE Latin1_General_100_BIN2
        """);

    /// <summary>
    /// Applies the edits in one transaction, in the given order, and marks the accounts' history to be restated. Returns the status of each
    /// edit: <see cref="WriteStatus.NotFound"/> where it was refused or changes nothing.
    /// </summary>
    public async Task<IReadOnlyList<WriteStatus>> WriteAsync(IReadOnlyList<DatedEdit> edits, CancellationToken cancellation)
    {
        var segments = (await policies.CurrentAsync(cancellation)).Segments;
        var ids = edits.Select(edit => edit.Id).Distinct(StringComparer.Ordinal).ToList();
        var statuses = await removal.WriteAsync(ids, transaction => WriteAsync(transaction, ids, edits, segments), cancellation);
        signal.Set();
        return statuses;
    }

    private async Task<List<WriteStatus>> WriteAsync(
        DbTransaction transaction, IReadOnlyList<string> ids, IReadOnlyList<DatedEdit> edits, SegmentPolicy segments)
    {
        var connection = transaction.Connection!;
        var now = Instant.Truncate(time.GetUtcNow());
        var stored = await StoredAccountRow.LoadAsync(connection, transaction, AccountSql.SelectForUpdate, ids);
        var versions = await AccountPasts.LoadVersionsAsync(connection, transaction, ids);
        var chains = ids.ToDictionary(
            id => id, id => new ProfileChain(id, versions[id], stored.GetValueOrDefault(id)?.Account), StringComparer.Ordinal);
        var statuses = edits.Select(edit => Apply(chains[edit.Id], edit)).ToList();
        await SaveAsync(transaction, chains, stored, segments, now);
        return statuses;
    }

    private static WriteStatus Apply(ProfileChain chain, DatedEdit edit)
    {
        var isNew = chain.Present is null;
        if (!chain.Apply(edit)) return WriteStatus.NotFound;
        return isNew ? WriteStatus.Created : WriteStatus.Updated;
    }

    private static async Task SaveAsync(
        DbTransaction transaction, Dictionary<string, ProfileChain> chains, Dictionary<string, StoredAccount> stored,
        SegmentPolicy segments, DateTimeOffset now)
    {
        var changed = chains.Where(chain => chain.Value.ChangedFrom is not null).ToList();
        if (changed.Count == 0) return;
        var billing = await AccountStore.BillingAsync(transaction, [.. stored.Keys], now);
        var written = changed.Select(chain => Decide(chain.Key, chain.Value, stored.GetValueOrDefault(chain.Key), billing, segments, now))
            .ToList();
        await AccountStore.SaveAsync(
            transaction, [.. written.Where(account => stored.ContainsKey(account.Account.Id))], AccountSql.Update, billing, now);
        await AccountStore.SaveAsync(
            transaction, [.. written.Where(account => !stored.ContainsKey(account.Account.Id))], AccountSql.Insert, billing, now);
        var connection = transaction.Connection!;
        var rows = changed.SelectMany(
            chain => chain.Value.Changed.Select(version => new { Id = chain.Key, version.Since, version.Profile, version.Stated }));
        await connection.ExecuteAsync(Append.For(connection), new { Rows = JsonRows.Of(connection, rows), Now = now }, transaction);
        var marks = changed.Select(chain => new { Id = chain.Key, Day = chain.Value.ChangedFrom!.Value.ToDay() });
        await connection.ExecuteAsync(MarkHistory.For(connection), new { Rows = JsonRows.Of(connection, marks), Now = now }, transaction);
    }

    private static StoredAccount Decide(
        string id, ProfileChain chain, StoredAccount? before, Dictionary<string, AccountTerms> billing, SegmentPolicy segments,
        DateTimeOffset now) =>
        new AccountEdit(id, _ => chain.Present)
            .Decide(before, before?.Version ?? 0, billing.GetValueOrDefault(id, AccountTerms.None), segments, now, stamped: true).Stored!;
}
