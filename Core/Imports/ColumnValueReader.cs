using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>Reads <c>{ "column": "seats", "as": "integer", … }</c>, or <c>{ "object": { … } }</c>.</summary>
internal static class ColumnValueReader
{
    private static readonly string[] Known = ["column", "as", "map", "lookup", "default", .. ConversionReader.Members, "object"];

    public static MappedValue? Read(ref DocumentReader document, MappingColumns columns)
    {
        if (!document.BeginObject()) return null;
        var errors = document.ErrorCount;
        var draft = new Draft();
        while (document.NextMember()) ReadMember(ref document, draft, columns);
        if (draft.Object is not null)
        {
            if (document.HadOf(Known) > 1) document.Fail(ErrorCodes.NotAllowed, "A value has either an object or a column, not both.");
            return draft.Object;
        }

        document.Require("column");
        if (draft is { Map: not null, Lookup: not null })
            document.Fail(ErrorCodes.NotAllowed, "A value has a map or a lookup, not both.", "/map");
        if (draft.Map is not null && document.Had("as")) document.Fail(ErrorCodes.NotAllowed, "A map's result is not converted.", "/as");
        var conversion = draft.Conversion.Build(ref document);
        return document.ErrorCount > errors ? null : new ColumnValue(draft.Column, draft.Map, draft.Lookup, draft.Default, conversion);
    }

    private static void ReadMember(ref DocumentReader document, Draft draft, MappingColumns columns)
    {
        switch (document.Member)
        {
            case "column": draft.Column = Column(ref document, columns); break;
            case "map": draft.Map = ReadMap(ref document); break;
            case "lookup":
                if ((draft.Lookup = document.Text(Identifiers.MaxLength)) is { } lookup) columns.Lookups.Add(lookup);
                break;
            case "default": draft.Default = ReadConstant(ref document); break;
            case "object": draft.Object = new ObjectValue(MappedValueReader.Members(ref document, columns)); break;
            default:
                if (!draft.Conversion.TryRead(ref document, columns)) document.UnknownMember(Known);
                break;
        }
    }

    public static int Column(ref DocumentReader document, MappingColumns columns) =>
        document.Text(Identifiers.MaxLength) is { } name ? columns.Index(name) : 0;

    public static Constant? ReadConstant(ref DocumentReader document)
    {
        if (MappedValueReader.Scalar(ref document) is { } scalar) return scalar;
        return document.Text(Identifiers.MaxLength) is { } text ? Constant.Of(text) : null;
    }

    private static Dictionary<string, Constant?> ReadMap(ref DocumentReader document)
    {
        var map = new Dictionary<string, Constant?>(StringComparer.Ordinal);
        if (!document.BeginObject()) return map;
        while (document.NextMember())
        {
            var text = document.Member;
            map[text] = document.IsNull ? null : ReadConstant(ref document);
        }

        return map;
    }

    private sealed class Draft
    {
        public int Column { get; set; }

        public Dictionary<string, Constant?>? Map { get; set; }

        public string? Lookup { get; set; }

        public Constant? Default { get; set; }

        public ObjectValue? Object { get; set; }

        public ConversionReader Conversion { get; } = new();
    }
}
