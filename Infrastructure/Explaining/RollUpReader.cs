using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Explaining;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>
/// An account of a family of companies with its last stored standing. <see cref="Depth"/> is 0 for the requested parent, 1 for its
/// children, and so on.
/// </summary>
public sealed record FamilyMember(
    string Id, string Name, string? ParentId, int Depth, decimal? Arr, double? Score, string Category, double RiskScore, string RiskLevel)
{
    public RollUpMember ToMember() => new(Id, ParentId, Score, Arr);
}

/// <summary>The roll-up of a parent account; <see cref="Category"/> is the category of the score in the parent's model.</summary>
public sealed record ReadRollUp(double? Score, string Category, FamilyMember Parent, IReadOnlyList<FamilyMember> Children);

/// <summary>
/// Reads an account with all its descendants, level by level. Each account is visited once, so that a cycle of parents ends.
/// </summary>
public sealed class RollUpReader(IDatabase database, EvaluationPolicies policies)
{
    private const string Columns = """
        a.id AS Id, a.name AS Name, a.parent_id AS ParentId, a.segment AS Segment, a.arr AS Arr,
            s.score AS Score, s.category AS Category, s.risk_score AS RiskScore, s.risk_level AS RiskLevel
        FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id
        """;

    private const string SelectOne = "SELECT " + Columns + " WHERE a.id = @Id";

    private static readonly SqlText SelectChildren = new(
        "SELECT " + Columns + " WHERE a.parent_id IN (SELECT value FROM json_each(@Ids)) ORDER BY a.id",
        "SELECT " + Columns
        + " WHERE a.parent_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j) ORDER "
            + "BY a.id");

    /// <summary>Reads the roll-up; null where there is no such account.</summary>
    /// <param name="includeParent">Whether the parent's own score counts too.</param>
    public async Task<ReadRollUp?> ReadAsync(string accountId, RollUpMethod method, bool includeParent, CancellationToken cancellation)
    {
        var policy = await policies.CurrentAsync(cancellation);
        return await database.ReadAsync(
            async connection =>
            {
                if (await connection.QuerySingleOrDefaultAsync<MemberRow>(SelectOne, new { Id = accountId }) is not { } parent) return null;
                var children = await DescendantsAsync(connection, accountId);
                var members = children.Select(child => child.ToMember());
                var score = RollUp.Score(method, includeParent ? members.Prepend(parent.ToMember(0).ToMember()) : members);
                return new ReadRollUp(score, policy.For(parent.Segment).Model.CategoryOf(score), parent.ToMember(0), children);
            },
            cancellation);
    }

    private static async Task<IReadOnlyList<FamilyMember>> DescendantsAsync(DbConnection connection, string accountId)
    {
        var (found, seen, level) =
            (new List<FamilyMember>(), new HashSet<string>(StringComparer.Ordinal) { accountId }, new List<string> { accountId });
        for (var depth = 1; level.Count > 0; depth++)
        {
            var rows =
                await connection.QueryAsync<MemberRow>(SelectChildren.For(connection), new { Ids = JsonSerializer.Serialize(level) });
            var fresh = rows.Where(row => seen.Add(row.Id)).Select(row => row.ToMember(depth)).ToList();
            found.AddRange(fresh);
            level = [.. fresh.Select(member => member.Id)];
        }

        return found;
    }

    private sealed record MemberRow
    {
        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string? ParentId { get; init; }

        public string Segment { get; init; } = "";

        public decimal? Arr { get; init; }

        public double? Score { get; init; }

        public string Category { get; init; } = HealthModel.UnknownCategory;

        public double RiskScore { get; init; }

        public string RiskLevel { get; init; } = "";

        public FamilyMember ToMember(int depth) => new(Id, Name, ParentId, depth, Arr, Score, Category, RiskScore, RiskLevel);
    }
}
