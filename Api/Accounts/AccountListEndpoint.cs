using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Validation;
using HealthApi.Infrastructure.Accounts;

namespace HealthApi.Api.Accounts;

/// <summary><c>GET /v1/accounts</c>: filters, a sort and cursor paging.</summary>
internal static class AccountListEndpoint
{
    public static readonly string[] Query =
        ["segment", "category", "risk", "owner", "phase", "minScore", "maxScore", "tag", "q", "sort", "limit", "cursor"];

    public static async Task<IResult> ListAsync(HttpRequest request, AccountListing listing, CancellationToken cancellation)
    {
        if (Filter(request).Failed(out var problem, out var filter)) return problem;
        if (QueryValues.Limit(request).Failed(out problem, out var limit)) return problem;
        var sort = Text(request, "sort") ?? "id";
        if (!AccountListing.SortNames.Contains(sort.StartsWith('-') ? sort[1..] : sort))
            return Problem.Invalid("?sort", ErrorCodes.Unknown, $"Sort by {string.Join(", ", AccountListing.SortNames)}; a leading - sorts downwards.");
        if (Cursors.TryDecode<Position>(request, out var position) is { } forged) return forged;
        if (position is not null && position.Sort != sort) return new Problem(ProblemType.InvalidCursor, "The cursor belongs to another sort.");
        if (ToCursor(position).Failed(out problem, out var after)) return problem;

        var found = await listing.ListAsync(filter, sort, after.Cursor, limit.Value + 1, cancellation);
        var page = found.Take(limit.Value).ToList();
        var next = found.Count > limit.Value ? Cursors.Encode(new Position(sort, JsonSerializer.SerializeToElement(page[^1].SortValue), page[^1].Stored.Account.Id)) : null;
        return Results.Json(new { data = page.Select(AccountView.Of), nextCursor = next }, Json.Answers);
    }

    private static Outcome<AccountFilter> Filter(HttpRequest request)
    {
        if (QueryValues.TryNumber(request, "minScore", out var minScore) is { } badMin) return badMin;
        if (QueryValues.TryNumber(request, "maxScore", out var maxScore) is { } badMax) return badMax;
        return new AccountFilter
        {
            Segment = Text(request, "segment"),
            Category = Text(request, "category"),
            Risk = Text(request, "risk"),
            Owner = Text(request, "owner"),
            Phase = Text(request, "phase"),
            Tag = Text(request, "tag"),
            Q = Text(request, "q"),
            MinScore = minScore,
            MaxScore = maxScore,
        };
    }

    private static string? Text(HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    private static Outcome<After> ToCursor(Position? position)
    {
        if (position is null) return new After(null);
        var text = position.Sort is "id" or "-id" or "name" or "-name";
        return position.Value.ValueKind switch
        {
            JsonValueKind.String when text => At(position.Value.GetString()),
            JsonValueKind.Number when !text => At(position.Value.TryGetInt64(out var whole) ? whole : position.Value.GetDouble()),
            JsonValueKind.Null when !text => At(null),
            _ => new Problem(ProblemType.InvalidCursor),
        };

        After At(object? value) => new(new AccountCursor(position.Sort, value, position.Id));
    }

    private sealed record After(AccountCursor? Cursor);

    private sealed record Position(string Sort, JsonElement Value, string Id);
}
