using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>
/// Finds an UPDATE or DELETE that may change any number of rows of a growing table: neither a key, nor TOP, nor rows that the caller sent
/// bound it. Such a statement would take so many row locks that SQL Server locks the whole table, and would exceed the command time-out.
/// The work must be done in chunks.
/// </summary>
internal sealed class BoundedChunks : TSqlFragmentVisitor
{
    /// <summary>Tables that grow with events, accounts or messages, each with the columns that select one row or a few.</summary>
    private static readonly Dictionary<string, string[]> Growing = new(StringComparer.OrdinalIgnoreCase)
    {
        ["accounts"] = ["id"],
        ["account_states"] = ["account_id"],
        ["account_tags"] = ["account_id"],
        ["account_external_ids"] = ["account_id"],
        ["account_profiles"] = [],
        ["dated_profiles"] = [],
        ["account_baselines"] = ["account_id"],
        ["account_checkpoints"] = [],
        ["checkpointed_accounts"] = ["account_id"],
        ["account_overrides"] = ["id", "account_id"],
        ["events"] = ["seq"],
        ["event_conflicts"] = ["seq"],
        ["parked_events"] = ["id"],
        ["score_history"] = ["day"],
        ["crossings"] = ["id"],
        ["alerts"] = ["id"],
        ["alert_changes"] = ["alert_id"],
        ["erasures"] = ["account_id"],
        ["lane_batches"] = ["id", "lease_owner"],
        ["lane_inbox"] = ["number"],
        ["idempotency_keys"] = ["idempotency_key"],
        ["idempotency_accounts"] = ["account_id", "idempotency_key"],
        ["integration_payloads"] = ["id"],
        ["integration_links"] = ["reference"],
        ["crossing_feed"] = ["seq"],
        ["webhook_messages"] = ["id"],
        ["webhook_deliveries"] = ["id", "seq"],
        ["webhook_attempts"] = ["delivery_seq"],
        ["audit_entries"] = ["seq"],
        ["jobs"] = ["id"],
    };

    private readonly List<string> _found = [];

    public static IReadOnlyList<string> Violations(string sql)
    {
        var visitor = new BoundedChunks();
        new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out _)?.Accept(visitor);
        return visitor._found;
    }

    public override void Visit(UpdateSpecification node) => Check(node, node.WhereClause);

    public override void Visit(DeleteSpecification node) => Check(node, node.WhereClause);

    private void Check(UpdateDeleteSpecificationBase node, WhereClause? where)
    {
        var table = SqlTables.Target(node);
        if (!Growing.TryGetValue(table, out var keys)) return;
        var bound = new Bound();
        node.Accept(bound);
        where?.SearchCondition.Accept(new KeyEqualities(keys, () => bound.Found = true));
        if (!bound.Found) _found.Add($"{table} is changed without a bound");
    }

    /// <summary>Finds TOP, or rows that are sent with the call.</summary>
    private sealed class Bound : TSqlFragmentVisitor
    {
        public bool Found { get; set; }

        public override void Visit(TopRowFilter node) => Found = true;

        public override void Visit(OpenJsonTableReference node) => Found = true;

        public override void Visit(VariableTableReference node) => Found = true;
    }

    /// <summary>Finds <c>key = @value</c> anywhere in the condition.</summary>
    private sealed class KeyEqualities(string[] keys, Action found) : TSqlFragmentVisitor
    {
        public override void Visit(BooleanComparisonExpression node)
        {
            if (node is
                {
                    ComparisonType: BooleanComparisonType.Equals, FirstExpression: ColumnReferenceExpression column,
                    SecondExpression: VariableReference
                }
                && keys.Contains(column.MultiPartIdentifier.Identifiers[^1].Value, StringComparer.OrdinalIgnoreCase))
            {
                found();
            }
        }
    }
}
