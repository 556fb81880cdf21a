using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>
/// Finds texts that insert a row if absent only after they update it. When two transactions are the first to use the row, both update
/// nothing; one inserts the row, and the other finds it and inserts nothing, so its change is lost. The right order is to insert an empty
/// row if absent and then to update it.
/// </summary>
internal sealed class UpsertOrder : TSqlFragmentVisitor
{
    private readonly HashSet<string> _updated = new(StringComparer.OrdinalIgnoreCase), _updatedHere = new(StringComparer.OrdinalIgnoreCase),
        _inserted = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _found = [];

    /// <param name="texts">The statements of a feature, in the order in which they run.</param>
    public static IReadOnlyList<string> Violations(params IEnumerable<string> texts)
    {
        var visitor = new UpsertOrder();
        foreach (var sql in texts)
        {
            visitor._updatedHere.Clear();
            new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out _)?.Accept(visitor);
        }

        return visitor._found;
    }

    public override void Visit(UpdateSpecification node)
    {
        _updatedHere.Add(SqlTables.Target(node));
        _updated.Add(SqlTables.Target(node));
    }

    public override void Visit(InsertSpecification node)
    {
        var absent = new Absence();
        node.InsertSource.Accept(absent);
        if (!absent.Looked) return;
        var table = SqlTables.Target(node);
        // A composed text repeats the insert of an earlier field. An update between that field and the composed text is no violation.
        if (_updatedHere.Contains(table) || (_updated.Contains(table) && !_inserted.Contains(table)))
            _found.Add($"{table} is updated before it is inserted if absent");
        _inserted.Add(table);
    }

    private sealed class Absence : TSqlFragmentVisitor
    {
        public bool Looked { get; private set; }

        public override void Visit(BooleanNotExpression node) => Looked |= node.Expression is ExistsPredicate;
    }
}
