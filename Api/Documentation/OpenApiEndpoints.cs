using HealthApi.Api.Http;

namespace HealthApi.Api.Documentation;

/// <summary>Serves <c>openapi.yaml</c> of the repository, byte for byte, and a page that shows it. Neither needs a key.</summary>
internal static class OpenApiEndpoints
{
    private const string Path = "/openapi/v1.yaml", MediaType = "application/yaml", Resource = "openapi.yaml";

    private static readonly byte[] Document = Read();

    public static void MapOpenApiDocument(this WebApplication app)
    {
        app.MapGet(Path, Show).WithTags("Operations").Answering(MediaType);
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "swagger";
            page.DocumentTitle = "HealthApi";
            page.SwaggerEndpoint(".." + Path, "HealthApi v1");
        });
    }

    private static FileContentHttpResult Show() => TypedResults.Bytes(Document, MediaType);

    private static byte[] Read()
    {
        using var resource = typeof(OpenApiEndpoints).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("The service was built without its openapi.yaml.");
        using var document = new MemoryStream();
        resource.CopyTo(document);
        return document.ToArray();
    }
}
