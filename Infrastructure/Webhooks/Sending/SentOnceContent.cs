using System.Net;
using System.Net.Http.Headers;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>
/// A body that can be sent one time only. The HTTP client sends a POST again by itself, up to three times, where a connection it used
/// before is closed without an answer, though the receiver may have taken the message; an attempt is one request, and the schedule decides
/// about the next.
/// </summary>
internal sealed class SentOnceContent : HttpContent
{
    private readonly byte[] _body;
    private bool _sent;

    public SentOnceContent(byte[] body, MediaTypeHeaderValue type)
    {
        _body = body;
        Headers.ContentType = type;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_sent) throw new IOException("The connection was closed without an answer.");
        _sent = true;
        return stream.WriteAsync(_body, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
