using System.Text;
using System.Text.Json;
using HealthApi.Core.Imports;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Reads import mappings and applies them to rows.</summary>
internal static class Mapping
{
    public static ImportMapping Read(string json)
    {
        var reading = ImportMappingReader.Read(Encoding.UTF8.GetBytes(json));
        return reading.Value ?? throw new ArgumentException(string.Join("; ", reading.Errors));
    }

    /// <summary>A mapping of one account whose only field is <c>value</c>.</summary>
    public static ImportMapping OfValue(string value) =>
        Read("""{"source":"s","accounts":[{"id":"a","fields":{"value":VALUE}}]}""".Replace("VALUE", value));

    /// <summary>
    /// Maps one row whose cells all hold <paramref name="cell"/>. Returns the JSON of <c>value</c> (null if it is missing) and the detail
    /// of the first error (null if there is none).
    /// </summary>
    public static (string? Value, string? Error) Value(string value, string cell, params (string Key, string Text)[] lookup)
    {
        var mapping = OfValue(value);
        var tables = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["l"] =
            lookup.ToDictionary(pair => pair.Key, pair => pair.Text)
        };
        var output = Map(mapping, tables, [.. mapping.Columns.Select(_ => cell)]).Single();
        var fields = JsonElement.Parse(output.Json);
        return (
            fields.TryGetProperty("value", out var made) ? made.GetRawText() : null, output.Errors.Count > 0 ? output.Errors[0].Detail
            : null);
    }

    public static List<MappedOutput> Map(
        ImportMapping mapping, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> lookups, params string[] cells)
    {
        var outputs = new List<MappedOutput>();
        new RowMapper(mapping, lookups).Map(new ImportRow(cells), outputs);
        return outputs;
    }
}
