namespace HealthApi.Api.Http;

/// <summary>Answers of resources with versions.</summary>
internal static class Versioned
{
    /// <summary>A document with its version as the ETag.</summary>
    public static IResult Document(HttpContext context, byte[] document, long version, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ETag = ETags.Of(version);
        context.Response.StatusCode = status;
        return Results.Bytes(document, MediaTypes.Json);
    }

    /// <summary>As the other, after a change that a job carries out: <c>Link</c> leads to it.</summary>
    public static IResult Document(HttpContext context, byte[] document, long version, string jobId)
    {
        context.Response.Headers.Link = $"</v1/jobs/{jobId}>; rel=\"monitor\"";
        return Document(context, document, version);
    }
}
