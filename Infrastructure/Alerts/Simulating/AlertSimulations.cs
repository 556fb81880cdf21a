using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Jobs;

namespace HealthApi.Infrastructure.Alerts.Simulating;

/// <summary>Adds jobs that simulate alert policies.</summary>
public sealed class AlertSimulations(IDatabase database, JobStore jobs, JobSignal signal)
{
    /// <summary>The kind of the jobs.</summary>
    public const string Kind = "alert_simulation";

    /// <returns>The job's id.</returns>
    public async Task<string> StartAsync(SimulationRequest request, CancellationToken cancellation)
    {
        var id = await database.WriteAsync(transaction => jobs.AddAsync(transaction, Kind, request), cancellation);
        signal.Set();
        return id;
    }
}
