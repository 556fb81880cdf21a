using HealthApi.Api.Bodies;
using HealthApi.Api.Jobs;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Alerts.Simulating;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Alerts;

/// <summary><c>POST /v1/alert-policy/simulate</c>: what a policy would have done; scope <c>write</c>.</summary>
internal static class AlertSimulationEndpoint
{
    public static void MapAlertSimulation(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/v1/alert-policy").WithTags("Policies").MapPost("/simulate", SimulateAsync).RequireScope(ApiScopes.Write);

    private static async Task<Results<Accepted<JobView>, Problem>> SimulateAsync(
        HttpRequest request, AlertSimulations simulations, EvaluationPolicies policies, JobStore jobs, TimeProvider time,
        CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<AlertSimulationDocument>(request)).Failed(out var problem, out var document)) return problem;
        var present = await policies.FreshAsync(cancellation);
        if (document.ToRequest(present, time.GetUtcNow()).Failed(out problem, out var stored)) return problem;
        return await JobEndpoints.AcceptedAsync(await simulations.StartAsync(stored, cancellation), jobs, cancellation);
    }
}
