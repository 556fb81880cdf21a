using System.Diagnostics;
using System.Text.Json.Serialization;
using HealthApi.Api.Serialization;
using HealthApi.Core.Input;

namespace HealthApi.Api.Problems;

/// <summary>An RFC 9457 answer. <c>errors</c> is present if values of the request are wrong.</summary>
internal sealed class Problem(ProblemType type, string? detail = null, IReadOnlyList<object>? errors = null) : IResult
{
    public const string MediaType = "application/problem+json";

    public ProblemType Type { get; } = type;

    public string? Detail { get; } = detail;

    public IReadOnlyList<object>? Errors { get; } = errors;

    /// <summary>Seconds for <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    public static Problem Invalid(params IReadOnlyList<FieldError> errors) => new(ProblemType.Validation, null, errors);

    public static Problem Invalid(string pointer, string code, string detail) => Invalid(new FieldError(pointer, code, detail));

    public static Problem NotFound(string what) => new(ProblemType.NotFound, what);

    public static Problem Unavailable(string detail) => new(ProblemType.Unavailable, detail) { RetryAfter = 5 };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        response.StatusCode = Type.Status;
        if (RetryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString();
        var document = new Document
        {
            Type = "/problems/" + Type.Slug,
            Title = Type.Title,
            Status = Type.Status,
            Detail = Detail,
            Instance = httpContext.Request.Path.ToUriComponent(),
            TraceId = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier,
            Errors = Errors,
        };
        return response.WriteAsJsonAsync(document, Json.Answers, MediaType, httpContext.RequestAborted);
    }

    private sealed record Document
    {
        public required string Type { get; init; }

        public required string Title { get; init; }

        public required int Status { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Detail { get; init; }

        public required string Instance { get; init; }

        public required string TraceId { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<object>? Errors { get; init; }
    }
}
