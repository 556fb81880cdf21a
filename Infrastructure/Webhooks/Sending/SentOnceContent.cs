using System.Net;
using System.Net.Http.Headers;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>
/// A body that can be sent only once. The HTTP client repeats a POST by itself, up to three times, where a reused connection is closed
/// without an answer, although the receiver may have taken the message. An attempt must be one request; the retry schedule decides about
/// the next one.
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
