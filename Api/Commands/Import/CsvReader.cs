using System.Text;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// Reads RFC 4180 records: cells may be quoted, and quoted cells may contain separators, line ends and doubled quotes. Lines end with LF,
/// CR LF or CR. Empty lines are skipped. White space around cells is removed.
/// </summary>
internal sealed class CsvReader(TextReader text, char delimiter)
{
    private const int MaxRecordChars = 1024 * 1024;

    private readonly char[] _buffer = new char[64 * 1024];
    private readonly StringBuilder _cell = new();
    private int _position;
    private int _length;
    private long _nextLine = 1;

    /// <summary>The line on which the last record began, counted from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Fills the cells of the next record; false at the end of the file.</summary>
    /// <exception cref="FormatException">A quote is never closed, a cell is too long, or there is a NUL character. Nothing can be read
    /// after that.</exception>
    public bool Read(List<string> cells)
    {
        do
        {
            cells.Clear();
            if (Peek() < 0) return false;
            Line = _nextLine;
            while (ReadCell(cells))
            {
                // Reads the cells up to the end of the record.
            }
        }
        while (cells is [""]);
        return true;
    }

    /// <summary>True if another cell of the same record follows.</summary>
    private bool ReadCell(List<string> cells)
    {
        _cell.Clear();
        while (true)
        {
            var next = Take();
            if (next == '"' && IsBlank())
            {
                ReadQuoted();
            }
            else if (next == delimiter || next is '\n' or '\r' or < 0)
            {
                if (next is '\n' or '\r') EndLine(next);
                cells.Add(_cell.ToString().Trim());
                return next == delimiter;
            }
            else
            {
                Append((char)next);
            }
        }
    }

    private void ReadQuoted()
    {
        _cell.Clear();
        while (true)
        {
            var next = Take();
            if (next < 0) throw new FormatException($"line {Line}: a quote is never closed.");
            if (next == '\n' || (next == '\r' && Peek() != '\n')) _nextLine++;
            if (next != '"') Append((char)next);
            else if (Peek() == '"') Append((char)Take());
            else return;
        }
    }

    /// <summary>CR LF is one line end.</summary>
    private void EndLine(int character)
    {
        if (character == '\r' && Peek() == '\n') _position++;
        _nextLine++;
    }

    private void Append(char character)
    {
        if (_cell.Length == MaxRecordChars)
            throw new FormatException($"line {Line}: a cell has more than {MaxRecordChars:N0} characters; is a quote left open?");
        _cell.Append(character);
    }

    private bool IsBlank()
    {
        for (var index = 0; index < _cell.Length; index++)
            if (!char.IsWhiteSpace(_cell[index])) return false;
        return true;
    }

    private int Peek()
    {
        if (_position < _length) return _buffer[_position];
        (_position, _length) = (0, text.Read(_buffer));
        if (_buffer.AsSpan(0, _length).Contains('\0')) throw new FormatException("it is not text in UTF-8: it contains NUL characters.");
        return _length == 0 ? -1 : _buffer[0];
    }

    private int Take()
    {
        var next = Peek();
        if (next >= 0) _position++;
        return next;
    }
}
