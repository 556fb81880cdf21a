using HealthApi.Core.Imports;
using HealthApi.Core.Input;

namespace HealthApi.Api.Commands.Import;

/// <summary>The rows of a CSV file; its first line names the columns.</summary>
internal static class CsvRows
{
    public static IEnumerable<SourceRow> Read(TextReader text, char delimiter, IReadOnlyList<string> columns)
    {
        var csv = new CsvReader(text, delimiter);
        var cells = new List<string>();
        if (!csv.Read(cells)) throw new FormatException("it is empty; a CSV file must begin with the names of its columns.");
        var width = cells.Count;
        var places = columns.Select(column => Place(column, cells)).ToArray();
        while (csv.Read(cells))
        {
            yield return cells.Count == width
                ? new SourceRow(csv.Line, new ImportRow(Array.ConvertAll(places, place => cells[place])), null)
                : new SourceRow(
                    csv.Line, default,
                    new FieldError("", ErrorCodes.InvalidFormat, $"The row has {cells.Count} cells, the header has {width}."));
        }
    }

    private static int Place(string column, List<string> header)
    {
        var place = header.IndexOf(column);
        if (place < 0) throw new FormatException(UnknownWord.Detail(column, "a column of the file", header));
        return header.LastIndexOf(column) == place ? place : throw new FormatException($"it has two columns '{column}'.");
    }
}
