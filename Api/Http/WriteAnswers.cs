using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Http;

/// <summary>
/// Converts the outcomes of writes to answers: 404, 409 and 412. Outcomes that only some resources have are answered by their endpoints.
/// </summary>
internal static class WriteAnswers
{
    /// <summary>The problem of a write that changed nothing; null if it changed something.</summary>
    /// <param name="status">The outcome.</param>
    /// <param name="notFound">The answer if the resource does not exist.</param>
    public static Problem? ToProblem(this WriteStatus status, Problem notFound) => status switch
    {
        WriteStatus.NotFound => notFound,
        WriteStatus.PreconditionFailed => new Problem(ProblemType.PreconditionFailed),
        WriteStatus.Conflict => new Problem(ProblemType.Conflict, "Another request changed the resource; send the change again."),
        WriteStatus.Created or WriteStatus.Updated or WriteStatus.Deleted => null,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The endpoint must answer this outcome itself."),
    };

    /// <summary>204, or the problem of a write that changed nothing.</summary>
    public static Results<NoContent, Problem> NoContent(this WriteStatus status, Problem notFound) =>
        status.ToProblem(notFound) is { } problem ? problem : TypedResults.NoContent();
}
