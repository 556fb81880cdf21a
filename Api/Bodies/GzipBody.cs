using System.IO.Compression;

namespace HealthApi.Api.Bodies;

/// <summary>
/// Decompresses a gzip body of one or more members. A damaged stream, and bytes after the last member, throw <see
/// cref="InvalidDataException"/>.
/// </summary>
internal sealed class GzipBody : BodyStream
{
    private readonly Source _source;
    private readonly GZipStream _stream;

    public GzipBody(Stream compressed)
    {
        _source = new Source(compressed);
        _stream = new GZipStream(_source, CompressionMode.Decompress, leaveOpen: true);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _stream.ReadAsync(buffer, cancellationToken);

        // After each member the framework's stream reads on. If the bytes it gets are not another member, it stops without reading the end
        // of the source.
        if (read == 0 && buffer.Length > 0 && !_source.Ended) throw new InvalidDataException("Bytes follow the gzip stream.");
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _stream.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The compressed bytes; records whether their end was read.</summary>
    private sealed class Source(Stream compressed) : BodyStream
    {
        public bool Ended { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await compressed.ReadAsync(buffer, cancellationToken);
            if (read == 0 && buffer.Length > 0) Ended = true;
            return read;
        }
    }
}
