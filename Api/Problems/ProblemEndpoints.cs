using System.Net;
using HealthApi.Api.Http;

namespace HealthApi.Api.Problems;

/// <summary>The page behind each problem's <c>type</c>.</summary>
internal static class ProblemEndpoints
{
    public static void MapProblems(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/problems").WithTags("Problems");
        group.MapGet("", List);
        group.MapGet("/{slug}", Show);
    }

    private static IResult List() => Results.Json(new { data = ProblemType.All.Select(type => new { type = "/problems/" + type.Slug, type.Title, type.Status }) }, Json.Answers);

    private static IResult Show(string slug) => ProblemType.All.FirstOrDefault(type => type.Slug == slug) is { } type
        ? Results.Content($"<!doctype html><meta charset=utf-8><title>{type.Slug}</title><h1>{Html(type.Title)}</h1><p>Status {type.Status}</p><p>{Html(type.Help)}</p>", "text/html")
        : Problem.NotFound("There is no such problem type.");

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
