using System.Data;
using System.Data.Common;
using Dapper;

namespace HealthApi.Infrastructure.Policies;

/// <summary>A stored policy document.</summary>
internal sealed record PolicyDocumentRow
{
    public string Kind { get; init; } = "";

    public string Id { get; init; } = "";

    public long Version { get; init; }

    public string Document { get; init; } = "";
}

/// <summary>One change of what is in force: a document takes effect, or a segment's own model is released.</summary>
internal sealed record PolicyChangeRow
{
    public long Revision { get; init; }

    public DateTimeOffset At { get; init; }

    public string Kind { get; init; } = "";

    public string Segment { get; init; } = "";

    public string Id { get; init; } = "";

    public long Version { get; init; }

    public bool Announce { get; init; }
}

/// <summary>
/// A built-in document that an upgrade has replaced in a database whose accounts were evaluated with the former one. The former document
/// stays what it was; the newer one gets <see cref="Version"/> and replaces it in force after <see cref="Revision"/>.
/// </summary>
internal sealed record ShippedEditionRow
{
    /// <summary>The upgrade: 1 brought minimum evidence, 2 brought shift signals.</summary>
    public long Release { get; init; }

    public string Kind { get; init; } = "";

    public string Id { get; init; } = "";

    /// <summary>Null where only the former document is used.</summary>
    public long? Version { get; init; }

    public long Revision { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>All stored rows of policies.</summary>
internal sealed record StoredPolicies(
    IReadOnlyList<PolicyChangeRow> Changes, IReadOnlyList<PolicyDocumentRow> Documents, IReadOnlyList<ShippedEditionRow> Editions);

/// <summary>Reads and appends policy rows. Rows are never changed or removed, so rows that were read stay valid.</summary>
internal static class PolicyRows
{
    private const string SelectChanges = """
        SELECT revision AS Revision, at AS At, kind AS Kind, segment AS Segment, id AS Id, version AS Version, announce AS Announce
        FROM policy_changes
        ORDER BY revision
        """;

    private const string SelectDocuments = """
        SELECT kind AS Kind, id AS Id, version AS Version, document AS Document FROM policy_documents
        UNION ALL SELECT 'alert_policy', 'default', version, document FROM alert_policies
        """;

    private const string Count = "SELECT (SELECT COUNT(*) FROM policy_documents) + (SELECT COUNT(*) FROM policy_changes)";

    private const string SelectEditions = """
        SELECT 1 AS Release, kind AS Kind, id AS Id, version AS Version, revision AS Revision, at AS At FROM shipped_editions
        UNION ALL SELECT release, kind, id, version, revision, at FROM shipped_releases
        """;

    private const string SelectNewest = """
        SELECT MAX(v.version) FROM (
            SELECT version FROM policy_documents WHERE kind = @Kind AND id = @Id
            UNION ALL SELECT version FROM shipped_editions WHERE kind = @Kind AND id = @Id
            UNION ALL SELECT version FROM shipped_releases WHERE kind = @Kind AND id = @Id
            UNION ALL SELECT version FROM alert_policies WHERE @Kind = 'alert_policy') AS v
        """;

    private const string InsertDocument = """
        INSERT INTO policy_documents (kind, id, version, document, created_at)
        SELECT @Kind, @Id, @Version, @Document, @At
        WHERE NOT EXISTS (SELECT 1 FROM policy_documents WHERE kind = @Kind AND id = @Id AND version = @Version)
        """;

    /// <summary>
    /// Alert policies have a table of their own: versions of the product that do not know them read every row of policy_documents, and
    /// fail on a kind that they do not know.
    /// </summary>
    private const string InsertAlertPolicy = """
        INSERT INTO alert_policies (version, document, created_at)
        SELECT @Version, @Document, @At WHERE NOT EXISTS (SELECT 1 FROM alert_policies WHERE version = @Version)
        """;

    private const string InsertChange = """
        INSERT INTO policy_changes (revision, at, kind, segment, id, version, announce)
        SELECT COALESCE(MAX(revision), 0) + 1, @At, @Kind, @Segment, @Id, @Version, @Announce FROM policy_changes
        """;

    /// <summary>The number of stored documents and changes; it rises with every row that any process adds.</summary>
    public static Task<long> CountAsync(DbConnection connection) => connection.ExecuteScalarAsync<long>(Count);

    /// <summary>Reads the changes first: a document is stored before the change that names it, so every named document is found.</summary>
    public static async Task<StoredPolicies> ReadAsync(DbConnection connection)
    {
        var changes = await connection.QueryAsync<PolicyChangeRow>(SelectChanges);
        var documents = await connection.QueryAsync<PolicyDocumentRow>(SelectDocuments);
        return new StoredPolicies(
            changes.AsList(), documents.AsList(), (await connection.QueryAsync<ShippedEditionRow>(SelectEditions)).AsList());
    }

    /// <summary>The newest version that has a row; null where no version beside the built-in version 1 exists.</summary>
    public static Task<long?> NewestAsync(DbTransaction transaction, string kind, string id) =>
        transaction.Connection!.ExecuteScalarAsync<long?>(SelectNewest, new { Kind = kind, Id = id }, transaction);

    /// <exception cref="DBConcurrencyException">Another writer has taken that version.</exception>
    public static async Task AddDocumentAsync(DbTransaction transaction, PolicyDocumentRow row, DateTimeOffset at)
    {
        var parameters = new { row.Kind, row.Id, row.Version, row.Document, At = at };
        var insert = row.Kind == PolicyKind.Alerts ? InsertAlertPolicy : InsertDocument;
        if (await transaction.Connection!.ExecuteAsync(insert, parameters, transaction) != 1)
            throw new DBConcurrencyException($"Version {row.Version} of {row.Kind} {row.Id} exists already.");
    }

    /// <summary>
    /// Adds a change under the next revision. Two writers cannot take the same revision: the transaction of the second one runs again.
    /// </summary>
    public static Task AddChangeAsync(DbTransaction transaction, PolicyChangeRow row) =>
        transaction.Connection!.ExecuteAsync(InsertChange, row, transaction);
}
