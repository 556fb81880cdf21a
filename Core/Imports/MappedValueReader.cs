using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>
/// Reads a value: a text with columns in braces, a number or flag, a list of values, <c>{ "column": … }</c> with the conversion of the
/// cell, or <c>{ "object": { … } }</c>.
/// </summary>
internal static class MappedValueReader
{
    private const int LongestText = 1024, MostItems = 64;
    private const double LargestNumber = 1e15;

    private static readonly MappedValue Nothing = new ListValue([]);

    public static MappedValue Read(ref DocumentReader document, MappingColumns columns)
    {
        if (document.IsText) return Template(ref document, columns) is { } template ? new TemplateValue(template) : Nothing;
        if (Scalar(ref document) is { } constant) return new ConstantValue(constant);
        if (document.IsList) return ReadList(ref document, columns);
        return ColumnValueReader.Read(ref document, columns) ?? Nothing;
    }

    /// <summary>The members of an object, each with its value.</summary>
    public static ImmutableArray<KeyValuePair<string, MappedValue>> Members(ref DocumentReader document, MappingColumns columns)
    {
        var members = ImmutableArray.CreateBuilder<KeyValuePair<string, MappedValue>>();
        if (!document.BeginObject()) return [];
        while (document.NextMember())
        {
            var name = document.Member;
            members.Add(new(name, Read(ref document, columns)));
        }

        return members.ToImmutable();
    }

    /// <summary>A text with columns in braces; null (and an error) if it is not valid.</summary>
    public static TextTemplate? Template(ref DocumentReader document, MappingColumns columns)
    {
        if (document.Text(LongestText) is not { } text) return null;
        var template = TextTemplate.TryParse(text, columns.Index);
        if (template is null) document.Fail(ErrorCodes.InvalidFormat, "Braces must hold a column's name; {{ or }} is a literal brace.");
        return template;
    }

    /// <summary>A number or flag; null if the value is neither.</summary>
    public static Constant? Scalar(ref DocumentReader document)
    {
        if (document.IsFlag) return Constant.Of(document.Flag() is true);
        if (document.IsNumber) return Constant.Of((decimal)(document.Number(-LargestNumber, LargestNumber) ?? 0));
        return null;
    }

    private static ListValue ReadList(ref DocumentReader document, MappingColumns columns)
    {
        var items = ImmutableArray.CreateBuilder<MappedValue>();
        document.BeginArray();
        while (document.NextItem(MostItems)) items.Add(Read(ref document, columns));
        return new ListValue(items.ToImmutable());
    }
}
