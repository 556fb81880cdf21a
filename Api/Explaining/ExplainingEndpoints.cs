using HealthApi.Api.Http;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Explaining;

/// <summary>Explanations of an account's score, and the override of its owner; scopes <c>read</c> and <c>write</c>.</summary>
internal static class ExplainingEndpoints
{
    public static void MapExplaining(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/v1/accounts").WithTags("Accounts");
        accounts.MapGet("/{id}/health/changes", ChangesEndpoint.GetAsync).RequireScope(ApiScopes.Read).WithQuery("from", "to", "known");
        accounts.MapGet("/{id}/health/path", PathEndpoint.GetAsync).RequireScope(ApiScopes.Read).WithQuery("to");
        accounts.MapGet("/{id}/health/forecast", ForecastEndpoint.GetAsync).RequireScope(ApiScopes.Read).WithQuery("days");
        accounts.MapGet("/{id}/signals/{name}/evidence", EvidenceEndpoint.GetAsync).RequireScope(ApiScopes.Read)
            .WithQuery("at", "limit", "cursor");
        accounts.MapGet("/{id}/roll-up", RollUpEndpoint.GetAsync).RequireScope(ApiScopes.Read).WithQuery("method", "includeParent");
        accounts.MapPut("/{id}/override", OverrideEndpoint.PutAsync).RequireScope(ApiScopes.Write);
        accounts.MapDelete("/{id}/override", OverrideEndpoint.DeleteAsync).RequireScope(ApiScopes.Write);
    }
}
