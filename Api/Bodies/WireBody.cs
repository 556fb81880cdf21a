using Microsoft.AspNetCore.Http.Timeouts;

namespace HealthApi.Api.Bodies;

/// <summary>
/// The body as it comes off the connection. Whatever the server's reader throws at malformed framing becomes a
/// <see cref="BadHttpRequestException"/>: 400, or 408 where the request's time ran out while its body was still coming. A caller that has
/// gone shows as it did before.
/// </summary>
internal sealed class WireBody(HttpContext context) : BodyStream
{
    private readonly Stream _body = context.Request.Body;

    /// <summary>Whether the end has been read.</summary>
    public bool Ended { get; private set; }

    /// <summary>Waits until a byte can be read or the body has ended, without a buffer.</summary>
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
            throw new BadHttpRequestException("The body did not arrive within the time of a request.", StatusCodes.Status408RequestTimeout);
        }
        catch (Exception failure) when (IsMalformed(failure) && !context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException(failure.Message, StatusCodes.Status400BadRequest, failure);
        }
    }

    /// <summary>
    /// The server lets out its own arithmetic: a chunk size beyond 31 bits, for one, is an overflow within an <see cref="IOException"/>.
    /// </summary>
    private static bool IsMalformed(Exception failure) =>
        failure is (IOException or ArithmeticException or InvalidOperationException or ArgumentException) and not BadHttpRequestException;
}
