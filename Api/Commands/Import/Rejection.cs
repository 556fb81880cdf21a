using HealthApi.Core.Input;

namespace HealthApi.Api.Commands.Import;

/// <summary>A row that was refused, or one output of it.</summary>
/// <param name="Output">The output of the mapping, such as <c>/events/0</c>; empty if the row itself cannot be read.</param>
internal sealed record Rejection(string File, long Line, string Output, IReadOnlyList<FieldError> Errors)
{
    public string Reason =>
        string.Join("; ", Errors.Select(error => error.Pointer.Length == 0 ? error.Detail : $"{error.Pointer}: {error.Detail}"));
}

/// <summary>
/// Writes every refused row to a CSV file, which is created with the first of them, and keeps the first ten for the summary.
/// </summary>
/// <param name="path">The CSV file.</param>
/// <param name="resume">Whether rows are appended to the file of an interrupted run.</param>
internal sealed class RejectionReport(string path, bool resume) : IDisposable
{
    private const int Shown = 10;

    private StreamWriter? _writer;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public List<Rejection> First { get; } = [];

    public void Add(Rejection rejection)
    {
        if (First.Count < Shown) First.Add(rejection);
        _writer ??= Create();
        foreach (var error in rejection.Errors)
        {
            _writer.WriteLine(
                string.Join(
                    ',', Quote(rejection.File), rejection.Line, Quote(rejection.Output), Quote(error.Pointer), error.Code,
                    Quote(error.Detail)));
        }
    }

    public void Flush() => _writer?.Flush();

    public void Dispose() => _writer?.Dispose();

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private StreamWriter Create()
    {
        var append = resume && File.Exists(Path);
        var writer = new StreamWriter(Path, append);
        if (!append) writer.WriteLine("file,line,output,pointer,code,detail");
        return writer;
    }
}
