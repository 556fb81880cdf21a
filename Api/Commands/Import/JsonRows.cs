using System.Text.Json;
using HealthApi.Core.Imports;
using HealthApi.Core.Input;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// The rows of an NDJSON file, one object per line. A column names a member, or nested members joined by dots; a missing member is an empty
/// cell.
/// </summary>
internal static class JsonRows
{
    private const int MaxLineChars = 1024 * 1024;

    public static IEnumerable<SourceRow> Read(TextReader text, IReadOnlyList<string> columns)
    {
        var paths = columns.Select(column => column.Split('.')).ToArray();
        for (var number = 1L; text.ReadLine() is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
                yield return Parse(line, number, paths);
        }
    }

    private static SourceRow Parse(string line, long number, string[][] paths)
    {
        if (line.Length > MaxLineChars) return Bad(number, ErrorCodes.TooLarge, $"The line has more than {MaxLineChars:N0} characters.");
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Bad(number, ErrorCodes.WrongType, "The line is not a JSON object.");
            return new SourceRow(number, new ImportRow(Array.ConvertAll(paths, path => Cell(document.RootElement, path))), null);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return Bad(number, "invalid_json", "The line is not well-formed JSON.");
        }
    }

    private static SourceRow Bad(long number, string code, string detail) => new(number, default, new FieldError("", code, detail));

    private static string Cell(JsonElement row, string[] path)
    {
        var value = row;
        foreach (var name in path)
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value)) return "";
        return value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => "",
            JsonValueKind.String => value.GetString()!.Trim(),
            _ => value.GetRawText(),
        };
    }
}
