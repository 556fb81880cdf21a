using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>
/// Finds constructs in a T-SQL text that SQL Server 2019, Azure SQL and compatible servers do not all support.
/// </summary>
internal sealed class AllowedSql : TSqlFragmentVisitor
{
    private static readonly HashSet<Type> Statements =
    [
        typeof(SelectStatement), typeof(InsertStatement), typeof(UpdateStatement), typeof(DeleteStatement),
        typeof(DeclareVariableStatement),
        typeof(DeclareTableVariableStatement), typeof(SetVariableStatement), typeof(IfStatement), typeof(BeginEndBlockStatement),
        typeof(ExecuteStatement),
        typeof(CreateTableStatement), typeof(CreateIndexStatement), typeof(CreateTypeTableStatement),
        typeof(AlterTableAddTableElementStatement), typeof(AlterTableSetStatement),
        typeof(DropIndexStatement),
    ];

    private static readonly HashSet<string> Functions = new(StringComparer.OrdinalIgnoreCase)
    {
        "COUNT", "SUM", "MIN", "MAX", "CONCAT", "OPENJSON", "ROW_NUMBER", "DB_ID", "DB_NAME", "OBJECT_ID", "QUOTENAME", "SYSUTCDATETIME",
            "LEN", "DATALENGTH", "DATEADD",
        "AVG", "ABS", "ISNULL", "COL_LENGTH", "DATEDIFF",
    };

    private static readonly HashSet<TableHintKind> Hints =
        [TableHintKind.UpdLock, TableHintKind.Rowlock, TableHintKind.ReadPast, TableHintKind.ForceSeek, TableHintKind.HoldLock];

    /// <summary>
    /// Table types without a key, which processes of earlier versions may still use. A type cannot be changed, so each has a successor with
    /// a key.
    /// </summary>
    private static readonly HashSet<string> Superseded = ["event_rows", "account_state_rows", "lane_batch_rows"];

    private readonly List<string> _found = [];

    public static IReadOnlyList<string> Violations(string sql)
    {
        var script = new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out var errors);
        if (errors.Count > 0) return [.. errors.Select(error => $"line {error.Line}: {error.Message}")];
        var visitor = new AllowedSql();
        script.Accept(visitor);
        return visitor._found;
    }

    public override void Visit(TSqlStatement node) => Expect(Statements.Contains(node.GetType()), node.GetType().Name);

    public override void Visit(FunctionCall node) =>
        Expect(Functions.Contains(node.FunctionName.Value), $"function {node.FunctionName.Value}");

    public override void Visit(TableHint node) => Expect(Hints.Contains(node.HintKind), $"hint {node.HintKind}");

    public override void Visit(OffsetClause node) => _found.Add("OFFSET: a page starts after a key and skips no rows");

    /// <summary>
    /// Only RECOMPILE is allowed. Where values are unevenly spread, a plan for one value of a parameter is bad for another, so the plan is
    /// made for each call.
    /// </summary>
    public override void Visit(OptimizerHint node) => Expect(node.HintKind == OptimizerHintKind.Recompile, $"OPTION ({node.HintKind})");

    public override void Visit(ForClause node) => _found.Add("FOR XML or JSON");

    public override void Visit(SelectStarExpression node) => _found.Add("SELECT *");

    public override void Visit(QualifiedJoin node) =>
        Expect(node.QualifiedJoinType is QualifiedJoinType.Inner or QualifiedJoinType.LeftOuter, $"{node.QualifiedJoinType} JOIN");

    /// <summary>Without a path, a server that folds names to lower case looks for the folded name in the JSON document.</summary>
    public override void Visit(SchemaDeclarationItemOpenjson node) =>
        Expect(
            node.Mapping is not null || !node.ColumnDefinition.ColumnIdentifier.Value.Any(char.IsUpper),
            $"{node.ColumnDefinition.ColumnIdentifier.Value} without a path");

    /// <summary>
    /// Without WITH, the value column is nvarchar(max). A comparison with it converts the other column in every row and prevents an index
    /// seek.
    /// </summary>
    public override void Visit(OpenJsonTableReference node) =>
        Expect(node.SchemaDeclarationItems.Count > 0 || node.Variable is not VariableReference, "OPENJSON of a parameter without WITH");

    public override void Visit(CreateTypeTableStatement node) =>
        Expect(
            HasKey(node.Definition) || Superseded.Contains(node.Name.BaseIdentifier.Value),
            $"table type {node.Name.BaseIdentifier.Value} without a key");

    public override void Visit(DeclareTableVariableBody node) =>
        Expect(HasKey(node.Definition), $"{node.VariableName.Value} without a key");

    /// <summary>A join with a table that has no key compares every pair of rows.</summary>
    private static bool HasKey(TableDefinition table) =>
        table.TableConstraints.Concat(table.ColumnDefinitions.SelectMany(column => column.Constraints)).OfType<UniqueConstraintDefinition>()
            .Any();

    private void Expect(bool allowed, string construct)
    {
        if (!allowed) _found.Add(construct);
    }
}
