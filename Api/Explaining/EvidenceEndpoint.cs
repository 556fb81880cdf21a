using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/signals/{name}/evidence</c>: the events behind a signal's value, newest first.</summary>
internal static class EvidenceEndpoint
{
    private const int NameSegment = 5;

    public static async Task<Results<Ok<EvidenceView>, Problem>> GetAsync(
        HttpContext context, EvidenceReader evidence, PastInstant instants, TimeProvider time, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (PathIds.Segment(context, NameSegment).Failed(out problem, out var name)) return problem;
        if (!SignalCatalogue.TryParse(name, out var signal))
            return Problem.NotFound(SignalCatalogue.UnknownDetail(name));
        if (instants.Read(context.Request, "at", out var at) is { } badTime) return badTime;
        if (PageRequest.Read<EvidenceCursor>(context.Request).Failed(out problem, out var page)) return problem;
        var cursor = page.After;
        if (cursor is not null && !cursor.Fits(at, time.GetUtcNow()))
            return new Problem(ProblemType.InvalidCursor, "The cursor was issued for another instant.");
        var asOf = cursor is null ? at : Instant.FromMicroseconds(cursor.AsOf);
        return await evidence.ReadAsync(id, signal, asOf, cursor?.Position, page.Limit, cancellation) is { } found
            ? TypedResults.Ok(EvidenceView.Of(signal, found))
            : AccountProblems.NotFound(id);
    }

    /// <summary>The position where a page ended, and the instant of the first page, so that all pages explain the same value.</summary>
    internal sealed record EvidenceCursor(long AsOf, long At, string Source, string Id)
    {
        public EventPosition Position => new(Instant.FromMicroseconds(At), Source, Id);

        public bool Fits(DateTimeOffset? at, DateTimeOffset now) =>
            AsOf > 0 && AsOf <= now.ToMicroseconds() && At > 0 && At <= now.AddDays(1).ToMicroseconds()
                && (at is null || at.Value.ToMicroseconds() == AsOf);
    }
}
