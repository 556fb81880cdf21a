using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>Finds the table that a statement changes.</summary>
internal static class SqlTables
{
    /// <summary>The name of the changed table, whether the statement names it directly or by an alias of the FROM clause.</summary>
    public static string Target(DataModificationSpecification node)
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
}
