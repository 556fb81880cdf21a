using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Events;

/// <summary>Parked events and parked accounts: list them (scope <c>read</c>), retry or discard them (scope <c>write</c>).</summary>
internal static class ParkedEndpoints
{
    public static void MapParked(this IEndpointRouteBuilder ingestion)
    {
        ingestion.MapGet("/parked", ListAsync).WithQuery("source", "accountId", "limit", "cursor").RequireScope(ApiScopes.Read);
        ingestion.MapPost("/parked/{id}/retry", RetryAsync).RequireScope(ApiScopes.Write);
        ingestion.MapPost("/parked/{id}/discard", DiscardAsync).RequireScope(ApiScopes.Write);
    }

    private static async Task<Results<Ok<Page<ParkedView>>, Problem>> ListAsync(
        HttpRequest request, ParkedEventShelf parked, ParkedAccountShelf accounts, CancellationToken cancellation)
    {
        if (PageRequest.Read<ParkedPosition>(request).Failed(out var problem, out var page)) return problem;
        var (source, accountId) = (QueryValues.Text(request, "source"), QueryValues.Text(request, "accountId"));
        var events = await parked.ListAsync(source, accountId, page.After, page.RowsToRead, cancellation);
        var parkedAccounts = source is null ? await accounts.ListAsync(accountId, page.After, page.RowsToRead, cancellation) : [];
        var found = events.Select(ParkedView.Of).Concat(parkedAccounts.Select(ParkedView.Of)).OrderByDescending(entry => entry.ParkedAt);
        return TypedResults.Ok(
            page.ToPage([.. found.Take(page.RowsToRead)], entry => entry, entry => new ParkedPosition(entry.ParkedAt, entry.Id)));
    }

    private static async Task<Results<Ok<RetriedView>, Problem>> RetryAsync(
        string id, ParkedEventShelf parked, ParkedAccountShelf accounts, CancellationToken cancellation)
    {
        var result = ParkedAccountShelf.AccountOf(id) is { } accountId ? await accounts.RetryAsync(accountId, cancellation)
            : await parked.RetryAsync(id, cancellation);
        return result switch
        {
            RetryResult.NotFound => NotFound(),
            RetryResult.StillParked => new Problem(ProblemType.Conflict, "It still cannot be processed and remains parked."),
            _ => TypedResults.Ok(new RetriedView(id, result)),
        };
    }

    private static async Task<Results<NoContent, Problem>> DiscardAsync(
        string id, ParkedEventShelf parked, ParkedAccountShelf accounts, CancellationToken cancellation)
    {
        if (ParkedAccountShelf.AccountOf(id) is { } accountId && await accounts.HasAsync(accountId, cancellation))
        {
            return new Problem(
                ProblemType.Conflict, $"An account cannot be discarded: retry it, or erase it with DELETE /v1/accounts/{accountId}.");
        }

        return await parked.DiscardAsync(id, cancellation) ? TypedResults.NoContent() : NotFound();
    }

    private static Problem NotFound() => Problem.NotFound("No parked event or account has this id.");
}
