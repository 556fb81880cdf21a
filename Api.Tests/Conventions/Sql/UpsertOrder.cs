using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>
/// Finds a row that is inserted if absent only after it was updated. Two transactions that meet it for the first time both update nothing; one inserts,
/// the other finds the row and inserts nothing: what it had to add is lost. The right order is to insert an empty row if absent, then to update.
/// </summary>
internal sealed class UpsertOrder : TSqlFragmentVisitor
{
    private readonly HashSet<string> _updated = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _found = [];

    /// <param name="texts">The statements of a feature, in the order in which they run.</param>
    public static IReadOnlyList<string> Violations(params IEnumerable<string> texts)
    {
        var visitor = new UpsertOrder();
        foreach (var sql in texts) new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out _)?.Accept(visitor);
        return visitor._found;
    }

    public override void Visit(UpdateSpecification node) => _updated.Add(Target(node));

    public override void Visit(InsertSpecification node)
    {
        var absent = new Absence();
        node.InsertSource.Accept(absent);
        if (absent.Looked && _updated.Contains(Target(node))) _found.Add($"{Target(node)} is updated before it is inserted if absent");
    }

    /// <summary>The table's name, whether it is named itself or by an alias of the FROM clause.</summary>
    private static string Target(DataModificationSpecification node)
    {
        var name = node.Target is NamedTableReference table ? table.SchemaObject.BaseIdentifier.Value : "";
        var aliases = new Aliases();
        node.Accept(aliases);
        return aliases.Names.GetValueOrDefault(name, name);
    }

    private sealed class Aliases : TSqlFragmentVisitor
    {
        public Dictionary<string, string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

        public override void Visit(NamedTableReference node)
        {
            if (node.Alias is not null) Names[node.Alias.Value] = node.SchemaObject.BaseIdentifier.Value;
        }
    }

    private sealed class Absence : TSqlFragmentVisitor
    {
        public bool Looked { get; private set; }

        public override void Visit(BooleanNotExpression node) => Looked |= node.Expression is ExistsPredicate;
    }
}
