using System.IO.Compression;
using System.Text;

namespace HealthApi.Api.Commands.Import;

/// <summary>A CSV or NDJSON file, compressed by gzip or not; which it is, its first bytes say.</summary>
internal sealed class RowFile : IDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FileStream _file;
    private readonly StreamReader _text;

    private RowFile(FileStream file)
    {
        _file = file;
        var gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        _text = new StreamReader(gzip ? new GZipStream(file, CompressionMode.Decompress) : file, StrictUtf8, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024);
    }

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Progress => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    /// <exception cref="CommandFailure">The file cannot be opened.</exception>
    public static RowFile Open(string path)
    {
        try
        {
            return new RowFile(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"Cannot read '{path}': {failure.Message}", failure);
        }
    }

    /// <summary>The rows, with the named columns only.</summary>
    /// <exception cref="CommandFailure">The file has no such column, or is not text in UTF-8.</exception>
    public IEnumerable<SourceRow> Rows(IReadOnlyList<string> columns, char delimiter)
    {
        var rows = (_text.Peek() == '{' ? JsonRows.Read(_text, columns) : CsvRows.Read(_text, delimiter, columns)).GetEnumerator();
        while (Advance(rows)) yield return rows.Current;
    }

    public void Dispose()
    {
        _text.Dispose();
        _file.Dispose();
    }

    private bool Advance(IEnumerator<SourceRow> rows)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (Exception failure) when (failure is DecoderFallbackException or InvalidDataException or IOException or FormatException)
        {
            var reason = failure is DecoderFallbackException ? "it is not text in UTF-8." : failure.Message;
            throw new CommandFailure($"Cannot read on in '{_file.Name}': {reason}", failure);
        }
    }
}
