using System.Collections.Frozen;
using System.Collections.Immutable;
using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Imports;

/// <summary>
/// Reads <c>{ "column", "op", "value" }</c>, <c>{ "column", "in": […] }</c>, <c>{ "column", "empty": true }</c>, <c>{ "all": […] }</c>,
/// <c>{ "any": […] }</c> or <c>{ "not": … }</c>.
/// </summary>
internal static class RowConditionReader
{
    private const int MostParts = 32, MostTexts = 1000;

    private static readonly RowCondition Nothing = new AllRows([]);

    public static RowCondition Read(ref DocumentReader document, MappingColumns columns)
    {
        if (!document.BeginObject()) return Nothing;
        var draft = new Draft();
        while (document.NextMember()) ReadMember(ref document, draft, columns);
        var forms = Forms(ref document);
        if (forms != 1)
            document.Fail(ErrorCodes.NotAllowed, "A condition is all, any, not, or a column with op and value, with in, or with empty.");
        else if (draft.Group is null) document.Require(document.HadOf("op", "value") > 0 ? ["column", "op", "value"] : ["column"]);
        else if (document.Had("column")) document.Fail(ErrorCodes.NotAllowed, "all, any and not have no column.", "/column");
        return draft.Build();
    }

    private static int Forms(ref DocumentReader document) =>
        document.HadOf("all", "any", "not", "in", "empty") + (document.HadOf("op", "value") > 0 ? 1 : 0);

    private static void ReadMember(ref DocumentReader document, Draft draft, MappingColumns columns)
    {
        switch (document.Member)
        {
            case "column": draft.Column = ColumnValueReader.Column(ref document, columns); break;
            case "op":
                draft.Operator = document.Choice(Operators.Symbols) is { } symbol && Operators.TryParse(symbol, out var parsed)
                ? parsed : null; break;
            case "value": draft.Value = ColumnValueReader.ReadConstant(ref document); break;
            case "in": draft.Texts = ReadTexts(ref document); break;
            case "empty": draft.Empty = document.Flag(); break;
            case "all": draft.Group = new AllRows(ReadParts(ref document, columns)); break;
            case "any": draft.Group = new AnyRow(ReadParts(ref document, columns)); break;
            case "not": draft.Group = new NotRow(Read(ref document, columns)); break;
            default: document.UnknownMember("column", "op", "value", "in", "empty", "all", "any", "not"); break;
        }
    }

    private static FrozenSet<string> ReadTexts(ref DocumentReader document)
    {
        var texts = new List<string>();
        if (!document.BeginArray()) return FrozenSet<string>.Empty;
        while (document.NextItem(MostTexts))
            if (document.Text(Identifiers.MaxLength) is { } text) texts.Add(text);
        return texts.ToFrozenSet(StringComparer.Ordinal);
    }

    private static ImmutableArray<RowCondition> ReadParts(ref DocumentReader document, MappingColumns columns)
    {
        var parts = ImmutableArray.CreateBuilder<RowCondition>();
        if (!document.BeginArray()) return [];
        while (document.NextItem(MostParts)) parts.Add(Read(ref document, columns));
        if (parts.Count == 0) document.Fail(DocumentErrorCodes.Incomplete, "At least one condition is needed.");
        return parts.ToImmutable();
    }

    private sealed class Draft
    {
        public int Column { get; set; }

        public Operator? Operator { get; set; }

        public Constant? Value { get; set; }

        public FrozenSet<string>? Texts { get; set; }

        public bool? Empty { get; set; }

        public RowCondition? Group { get; set; }

        public RowCondition Build() => this switch
        {
            { Group: { } group } => group,
            { Texts: { } texts } => new CellIn(Column, texts),
            { Empty: { } empty } => new EmptyCell(Column, empty),
            { Operator: { } comparison, Value: { } value } => new CellCompare(Column, comparison, value),
            _ => Nothing,
        };
    }
}
