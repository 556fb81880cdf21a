namespace HealthApi.Api.Commands;

/// <summary>A plain table: columns as wide as their widest cell, numbers to the right.</summary>
internal sealed class TextTable(params IReadOnlyList<string> headings)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    public void Add(params IReadOnlyList<object?> cells) => _rows.Add([.. cells.Select(Text)]);

    public void Write(TextWriter output, string indent = "  ")
    {
        var columns = Enumerable.Range(0, headings.Count).Select(Measure).ToList();
        output.WriteLine(indent + Line(headings, columns));
        output.WriteLine(indent + string.Join("  ", columns.Select(column => new string('-', column.Width))));
        foreach (var row in _rows) output.WriteLine(indent + Line(row, columns));
    }

    private static string Text(object? cell) => cell switch
    {
        null => "",
        int or long => $"{cell:N0}",
        double number => $"{number:0.0}",
        _ => cell.ToString()!,
    };

    private static string Line(IReadOnlyList<string> cells, List<(int Width, bool Right)> columns) =>
        string.Join(
            "  ",
            cells.Select((cell, index) => columns[index].Right ? cell.PadLeft(columns[index].Width) : cell.PadRight(columns[index].Width)))
            .TrimEnd();

    private (int Width, bool Right) Measure(int index) => (
        _rows.Select(row => row[index].Length).Append(headings[index].Length).Max(),
        _rows.Count > 0
            && _rows.All(row => row[index].All(character => char.IsAsciiDigit(character) || character is ',' or '.' or '-' or '+' or '%')));
}
