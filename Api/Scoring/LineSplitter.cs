using System.Buffers;
using System.IO.Pipelines;

namespace HealthApi.Api.Scoring;

/// <summary>Splits a body into lines as it arrives. A line longer than the limit is skipped and returned as null.</summary>
internal sealed class LineSplitter(PipeReader body)
{
    public const int MaxLineBytes = 64 * 1024;

    private ReadOnlySequence<byte> _buffer;
    private bool _reading;
    private bool _last;
    private bool _skipping;

    /// <summary>Waits for more bytes; false once the body has ended.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        if (_last) return false;
        if (_reading) body.AdvanceTo(_buffer.Start, _buffer.End);
        var read = await body.ReadAsync(cancellation);
        (_buffer, _last, _reading) = (read.Buffer, read.IsCompleted, true);
        return true;
    }

    /// <summary>Takes the next complete line, without its line end. The line is valid until the next <see cref="ReadAsync"/>.</summary>
    public bool TryTake(out ReadOnlySequence<byte>? line)
    {
        while (TryCut(out var cut))
        {
            var tail = _skipping;
            _skipping = false;
            line = cut.Length > MaxLineBytes ? null : cut;
            if (!tail) return true;
        }

        line = null;
        if (_buffer.Length <= MaxLineBytes) return false;

        // The start of a line that is already too long: drop it, report it once, and drop the rest as it arrives.
        _buffer = _buffer.Slice(_buffer.End);
        var reported = _skipping;
        _skipping = true;
        return !reported;
    }

    private bool TryCut(out ReadOnlySequence<byte> line)
    {
        if (_buffer.PositionOf((byte)'\n') is { } end)
        {
            line = _buffer.Slice(0, end);
            _buffer = _buffer.Slice(_buffer.GetPosition(1, end));
            return true;
        }

        line = _buffer;
        if (!_last || line.IsEmpty) return false;
        _buffer = _buffer.Slice(_buffer.End);
        return true;
    }
}
