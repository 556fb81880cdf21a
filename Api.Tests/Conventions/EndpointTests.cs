using System.Reflection;
using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions;

/// <summary>Endpoints say in their signatures what they answer and what they need.</summary>
internal sealed class EndpointTests
{
    /// <summary>Files that compose the service. They alone may ask the container for a service.</summary>
    private static readonly Regex Composition = new(@"^(Commands/.+|ServiceHost|Telemetry/TelemetryExport)\.cs$");

    [Test]
    public async Task An_endpoint_returns_a_typed_result()
    {
        await using var app = ServiceHost.Build([]);
        var handlers = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .Select(endpoint => (endpoint.DisplayName, Handler: endpoint.Metadata.GetMetadata<MethodInfo>()))
            .Where(endpoint => endpoint.Handler is not null).ToList();
        Assert.That(handlers, Has.Count.GreaterThan(80));
        var untyped = handlers.Where(endpoint => IsUntyped(endpoint.Handler!.ReturnType)).Select(endpoint => endpoint.DisplayName);
        Assert.That(untyped, Is.Empty, "return TypedResults, joined by Results<,>, so that the signature names every answer");
    }

    [Test]
    public void Only_the_composition_asks_the_container_for_a_service()
    {
        var folder = Path.Combine(SourceTree.Root, "Api");
        var locators = from path in SourceTree.Files("Api", "*.cs")
                       let name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')
                       where !Composition.IsMatch(name) && Regex.IsMatch(File.ReadAllText(path), @"RequestServices|Get(Required)?Services?<")
                       select name;
        Assert.That(locators, Is.Empty, "take the service as a parameter of the handler or the constructor");
    }

    private static bool IsUntyped(Type type)
    {
        var returned = type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(Task<>) || open == typeof(ValueTask<>)) ? type.GetGenericArguments()[0] : type;
        return returned == typeof(IResult) || returned == typeof(object) || !returned.IsAssignableTo(typeof(IResult));
    }
}
