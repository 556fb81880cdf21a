using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/health/changes</c>: why a score moved between two instants.</summary>
internal static class ChangesEndpoint
{
    private const int DefaultDays = 7;

    private const string Now = "now", Then = "then";

    public static async Task<Results<Ok<ChangesView>, Problem>> GetAsync(
        HttpContext context, AccountExplanations explanations, PastInstant instants, TimeProvider time, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (instants.Read(context.Request, "from", out var from) is { } badFrom) return badFrom;
        if (instants.Read(context.Request, "to", out var to) is { } badTo) return badTo;
        var until = Instant.Truncate(to ?? time.GetUtcNow());
        var since = Instant.Truncate(from ?? until.AddDays(-DefaultDays));
        if (since > until) return Problem.Invalid("?from", ErrorCodes.OutOfRange, "Must not be after to.");
        var known = context.Request.Query["known"].ToString();
        if (known is not ("" or Now or Then))
            return Problem.Invalid(UnknownWord.Error("?known", known, "a state of knowledge", [Now, Then]));
        return await explanations.ChangesAsync(id, since, until, known == Then, cancellation) is { } change
            ? TypedResults.Ok(ChangesView.Of(change))
            : AccountProblems.NotFound(id);
    }
}
