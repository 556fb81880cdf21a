namespace HealthApi.Api.Http;

/// <summary>Answers with a stored document, whose version is the ETag.</summary>
/// <param name="document">JSON in UTF-8.</param>
/// <param name="version">The document's version.</param>
/// <param name="status">200, or 201 for a new document.</param>
internal sealed class VersionedDocument(byte[] document, long version, int status = StatusCodes.Status200OK) : IResult
{
    /// <summary>Id of the job that carries out the change, to which the header <c>Link</c> then refers; null without a job.</summary>
    public string? JobId { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.Headers.ETag = ETags.Of(version);
        if (JobId is not null) response.Headers.Link = $"</v1/jobs/{JobId}>; rel=\"monitor\"";
        response.ContentType = MediaTypes.Json;
        response.ContentLength = document.Length;
        return response.Body.WriteAsync(document, httpContext.RequestAborted).AsTask();
    }
}
