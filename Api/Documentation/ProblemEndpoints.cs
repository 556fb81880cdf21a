using System.Net;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;

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

    private static IResult List() =>
        Results.Json(
            new { data = ProblemType.All.Select(type => new { type = "/problems/" + type.Slug, type.Title, type.Status }) }, Json.Answers);

    /// <summary>A page for people, JSON for programs that ask for it.</summary>
    private static IResult Show(string slug, HttpRequest request)
    {
        if (ProblemType.All.FirstOrDefault(type => type.Slug == slug) is not { } type)
            return Problem.NotFound("There is no such problem type.");
        return Accepts.Best(request, [Page, MediaTypes.Json]) == Page
            ? Results.Content(
                $"<!doctype html><meta charset=utf-8><title>{type.Slug}</title><h1>{Html(type.Title)}</h1><p>Status "
                    + $"{type.Status}</p><p>{Html(type.Help)}</p>", Page)
            : Results.Json(new { type = "/problems/" + type.Slug, type.Title, type.Status, type.Help }, Json.Answers);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
