using System.Text.RegularExpressions;
using HealthApi.Api.Http;
using HealthApi.Api.Security;
using HealthApi.Api.Tests.Support.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>The document and the running service have the same routes, with the same tag, scope and query.</summary>
internal sealed partial class OpenApiRouteTests
{
    [Test]
    public async Task The_service_serves_exactly_the_documented_routes()
    {
        await using var service = await TestService.StartAsync(["Roles=api"]);
        var served = service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => Methods(endpoint).Select(method => Describe(endpoint, method)));
        Assert.That(served, Is.EquivalentTo(OpenApiFile.Operations.Select(Describe)));
    }

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods;

    private static string Describe(RouteEndpoint endpoint, string method) => Describe(
        method,
        "/" + endpoint.RoutePattern.RawText!.Trim('/'),
        endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags ?? [],
        endpoint.Metadata.GetMetadata<RequiredScope>()?.AnyOf ?? [],
        endpoint.Metadata.GetMetadata<KnownQuery>()?.Names ?? []);

    private static string Describe(OpenApiOperation operation) => Describe(
        operation.Method,
        operation.Path,
        operation.Json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!),
        operation.Scopes,
        operation.Parameters.Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .Select(parameter => parameter.GetProperty("name").GetString()!));

    private static string Describe(
        string method, string path, IEnumerable<string> tags, IReadOnlyList<string> scopes, IEnumerable<string> query) =>
        $"{method} {Parameter().Replace(path, "{}")} tags:{string.Join(',', tags)} scopes:{string.Join(',', scopes.Order())} query:{string.Join(',', query.Order())}";

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
