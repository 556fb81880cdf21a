using Microsoft.AspNetCore.Http.Timeouts;

namespace HealthApi.Api.Bodies;

/// <summary>
/// The body as it arrives on the connection. Every exception that the server's reader throws at malformed framing becomes a <see
/// cref="BadHttpRequestException"/> with status 400; if the request timed out while its body was arriving, with 408. Exceptions after the
/// caller has disconnected are not changed.
/// </summary>
internal sealed class WireBody(HttpContext context) : BodyStream
{
    private readonly Stream _body = context.Request.Body;

    /// <summary>Whether the end of the body has been read.</summary>
    public bool Ended { get; private set; }

    /// <summary>Waits without a buffer until a byte can be read or the body has ended.</summary>
    public Task WaitAsync(CancellationToken cancellation)
    {
        var waiting = ReadAsync(Memory<byte>.Empty, cancellation);
        return waiting.IsCompletedSuccessfully ? Task.CompletedTask : waiting.AsTask();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await _body.ReadAsync(buffer, cancellationToken);
            if (read == 0 && buffer.Length > 0) Ended = true;
            return read;
        }
        catch (OperationCanceledException)
            when (context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true)
        {
            throw new BadHttpRequestException("The body did not arrive before the request timed out.", StatusCodes.Status408RequestTimeout);
        }
        catch (Exception failure) when (IsMalformed(failure) && !context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException(failure.Message, StatusCodes.Status400BadRequest, failure);
        }
    }

    /// <summary>
    /// The server also throws arithmetic exceptions: a chunk size beyond 31 bits, for example, is an overflow within an <see
    /// cref="IOException"/>.
    /// </summary>
    private static bool IsMalformed(Exception failure) =>
        failure is (IOException or ArithmeticException or InvalidOperationException or ArgumentException) and not BadHttpRequestException;
}
