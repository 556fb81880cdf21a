using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>
/// Finds a row that is inserted if absent only after it was updated. Two transactions that meet it for the first time both update nothing;
/// one inserts, the other finds the row and inserts nothing: what it had to add is lost. The right order is to insert an empty row if
/// absent, then to update.
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
        // A text that other texts of the type are put together from may stand before them.
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
