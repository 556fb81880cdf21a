using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>Which tables a statement is about.</summary>
internal static class SqlTables
{
    /// <summary>The name of the table that is changed, whether it is named itself or by an alias of the FROM clause.</summary>
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
