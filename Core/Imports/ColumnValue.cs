using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>
/// The value of a cell: translated by a map or a lookup, and converted. An empty cell gives the default, or no value if there is none.
/// </summary>
/// <param name="Map">
/// Texts and the constants that replace them; null means that no value is written. A text that is not in the map gives the default; without
/// a default it is an error.
/// </param>
internal sealed record ColumnValue(
    int Column, IReadOnlyDictionary<string, Constant?>? Map, string? Lookup, Constant? Default, Conversion Conversion) : MappedValue
{
    public override void Write(string? name, RowWriter writer)
    {
        var text = writer.Row[Column];
        if (text.Length == 0) WriteConstant(name, Default, writer);
        else if (Map is not null) WriteMapped(name, text, writer);
        else if (Lookup is null) Convert(name, text, writer);
        else if (writer.Lookups[Lookup].TryGetValue(text, out var found)) Convert(name, found, writer);
        else if (Default is null) writer.Fail(name, ErrorCodes.Unknown, $"'{text}' is not in the lookup '{Lookup}'.");
        else WriteConstant(name, Default, writer);
    }

    private static void WriteConstant(string? name, Constant? constant, RowWriter writer)
    {
        if (constant is not { } value) return;
        writer.Name(name);
        value.Write(writer.Json);
    }

    private void WriteMapped(string? name, string text, RowWriter writer)
    {
        if (Map!.TryGetValue(text, out var constant)) WriteConstant(name, constant, writer);
        else if (Default is null) writer.Fail(name, ErrorCodes.Unknown, $"'{text}' is not in the map.");
        else WriteConstant(name, Default, writer);
    }

    private void Convert(string? name, string text, RowWriter writer)
    {
        if (Conversion.Convert(text, writer.Row, out var mistake) is { } value) WriteConstant(name, value, writer);
        else writer.Fail(name, ErrorCodes.InvalidFormat, mistake!);
    }
}
