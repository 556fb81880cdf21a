using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Api.Accounts;

/// <summary><c>GET /v1/accounts</c>: filters, a sort and cursor paging.</summary>
internal static class AccountListEndpoint
{
    /// <summary>The bound of an amount in a cursor: it keeps the amount within the columns, which are <c>decimal(19,4)</c>.</summary>
    private const decimal CursorMoneyBound = 100_000_000_000_000m;

    public static readonly string[] Query = [.. AccountQuery.Names, "sort", "limit", "cursor"];

    private static readonly string[] Sorts = [.. AccountListing.SortNames, .. AccountListing.SortNames.Select(name => "-" + name)];

    public static async Task<Results<Ok<Page<AccountView>>, Problem>> ListAsync(
        HttpRequest request, AccountListing listing, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if ((await AccountQuery.ReadAsync(request, policies, cancellation)).Failed(out var problem, out var filter)) return problem;
        if (PageRequest.Read<Position>(request).Failed(out problem, out var page)) return problem;
        if (Sort(request).Failed(out problem, out var sort)) return problem;
        if (page.After is not null && page.After.Sort != sort)
            return new Problem(ProblemType.InvalidCursor, "The cursor was issued for another sort.");
        if (ToCursor(page.After).Failed(out problem, out var after)) return problem;
        var found = await listing.ListAsync(filter, sort, after.Cursor, page.RowsToRead, cancellation);
        return TypedResults.Ok(page.ToPage(
            found, AccountView.Of,
            row => new Position(sort, JsonSerializer.SerializeToElement(row.SortValue, Json.Answers), row.Stored.Account.Id)));
    }

    private static Outcome<string> Sort(HttpRequest request)
    {
        var sort = QueryValues.Text(request, "sort") ?? "id";
        return Sorts.Contains(sort) ? sort : Problem.Invalid(UnknownWord.Error("?sort", sort, "a sort", Sorts));
    }

    private static Outcome<After> ToCursor(Position? position)
    {
        if (position is null) return new After(null);
        return (position.Sort.TrimStart('-'), position.Value.ValueKind) switch
        {
            ("id" or "name", JsonValueKind.String) => At(position.Value.GetString()),
            ("renewalDate" or "churnedAt" or "updatedAt", JsonValueKind.String)
                when position.Value.TryGetDateTimeOffset(out var instant) => At(instant),
            ("arr" or "mrr", JsonValueKind.Number) when position.Value.TryGetDecimal(out var money)
                && Math.Abs(money) < CursorMoneyBound => At(money),
            ("licences", JsonValueKind.Number) when position.Value.TryGetInt64(out var seats) => At(seats),
            ("score" or "churnRisk", JsonValueKind.Number) => At(position.Value.GetDouble()),
            (not ("id" or "name"), JsonValueKind.Null) => At(null),
            _ => new Problem(ProblemType.InvalidCursor),
        };

        After At(object? value) => new(new AccountCursor(position.Sort, value, position.Id));
    }

    private sealed record After(AccountCursor? Cursor);

    private sealed record Position(string Sort, JsonElement Value, string Id);
}
