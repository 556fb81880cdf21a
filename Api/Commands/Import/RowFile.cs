using System.IO.Compression;
using System.Text;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// A CSV or NDJSON file, gzipped or not, as its first bytes show. Its text is UTF-8, or UTF-16 or UTF-32 if it begins with their byte order
/// mark. Invalid bytes are refused, never replaced.
/// </summary>
internal sealed class RowFile : IDisposable
{
    private const int MarkBytes = 4, BufferBytes = 64 * 1024;

    private readonly FileStream _file;
    private readonly bool _isGzip;
    private readonly StreamReader _text;

    private RowFile(FileStream file)
    {
        _file = file;
        _isGzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        var encoding = EncodingOf(file, _isGzip);
        file.Position = 0;
        _text = new StreamReader(Unpacked(file, _isGzip), encoding, detectEncodingFromByteOrderMarks: false, BufferBytes);
    }

    /// <summary>The share of the file that has been read, 0 to 1.</summary>
    public double Progress => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    /// <exception cref="CommandFailure">The file cannot be opened, or its gzip data is damaged at the beginning.</exception>
    public static RowFile Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
            return file.CanSeek ? new RowFile(file)
                : throw new CommandFailure($"'{path}' is not a regular file: an import may have to read it again.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailure($"There is no file '{path}'.", missing);
        }
        catch (InvalidDataException damaged)
        {
            throw Damaged(path, damaged);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"Cannot read '{path}': {failure.Message}", failure);
        }
    }

    /// <summary>Reads the named columns of all rows.</summary>
    /// <exception cref="CommandFailure">The file lacks a column, is not text, or is damaged.</exception>
    public IEnumerable<SourceRow> Rows(IReadOnlyList<string> columns, char delimiter)
    {
        var rows = Read(columns, delimiter).GetEnumerator();
        while (Advance(rows)) yield return rows.Current;
    }

    public void Dispose()
    {
        _text.Dispose();
        _file.Dispose();
    }

    private static Stream Unpacked(Stream file, bool isGzip) =>
        isGzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;

    /// <summary>The encoding of the byte order mark, which the reader then skips; UTF-8 without one.</summary>
    private static Encoding EncodingOf(FileStream file, bool isGzip)
    {
        file.Position = 0;
        Span<byte> mark = stackalloc byte[MarkBytes];
        mark = mark[..Unpacked(file, isGzip).ReadAtLeast(mark, MarkBytes, throwOnEndOfStream: false)];
        if (mark.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]))
            return new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true);
        if (mark.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]))
            return new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true);
        if (mark.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true);
        if (mark.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);
        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
    }

    private static CommandFailure Damaged(string path, Exception cause) =>
        new($"Cannot read '{path}': its gzip data is damaged or cut off.", cause);

    /// <summary>An iterator, so that <see cref="Advance"/> also handles an error of the first read of the text.</summary>
    private IEnumerable<SourceRow> Read(IReadOnlyList<string> columns, char delimiter)
    {
        foreach (var row in _text.Peek() == '{' ? JsonRows.Read(_text, columns) : CsvRows.Read(_text, delimiter, columns)) yield return row;
    }

    private bool Advance(IEnumerator<SourceRow> rows)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (InvalidDataException damaged) when (_isGzip)
        {
            throw Damaged(_file.Name, damaged);
        }
        catch (Exception failure) when (failure is DecoderFallbackException or InvalidDataException or IOException or FormatException)
        {
            var reason = failure is DecoderFallbackException ? "it is not text in UTF-8." : failure.Message;
            throw new CommandFailure($"Cannot read '{_file.Name}': {reason}", failure);
        }
    }
}
