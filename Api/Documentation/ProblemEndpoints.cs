using System.Net;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;

namespace HealthApi.Api.Documentation;

/// <summary>The page behind each problem's <c>type</c>.</summary>
internal static class ProblemEndpoints
{
    private const string Page = "text/html";

    public static void MapProblems(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/problems").WithTags("Problems");
        group.MapGet("", List);
        group.MapGet("/{slug}", Show).Answering(Page, MediaTypes.Json);
    }

    private static Ok<ProblemTypeList> List() => TypedResults.Ok(new ProblemTypeList(ProblemType.All.Select(ProblemTypeSummary.Of)));

    /// <summary>A page for browsers; JSON if <c>Accept</c> asks for it.</summary>
    private static Results<ContentHttpResult, Ok<ProblemTypeView>, Problem> Show(string slug, HttpRequest request)
    {
        if (ProblemType.All.FirstOrDefault(type => type.Slug == slug) is not { } type)
            return Problem.NotFound("There is no such problem type.");
        return Accepts.Best(request, [Page, MediaTypes.Json]) == Page
            ? TypedResults.Content(
                $"<!doctype html><meta charset=utf-8><title>{type.Slug}</title><h1>{Html(type.Title)}</h1><p>Status "
                    + $"{type.Status}</p><p>{Html(type.Help)}</p>", Page)
            : TypedResults.Ok(ProblemTypeView.Of(type));
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>All problem types.</summary>
internal sealed record ProblemTypeList(IEnumerable<ProblemTypeSummary> Data);

/// <summary>A problem type in the list.</summary>
internal sealed record ProblemTypeSummary(string Type, string Title, int Status)
{
    public static ProblemTypeSummary Of(ProblemType type) => new("/problems/" + type.Slug, type.Title, type.Status);
}

/// <summary>A problem type, with advice for the caller.</summary>
internal sealed record ProblemTypeView(string Type, string Title, int Status, string Help)
{
    public static ProblemTypeView Of(ProblemType type) => new("/problems/" + type.Slug, type.Title, type.Status, type.Help);
}
