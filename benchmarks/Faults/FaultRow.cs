namespace HealthApi.Benchmarks.Faults;

/// <summary>A row of the fault matrix.</summary>
/// <param name="Id">Its number, or a name where it has no number.</param>
/// <param name="Fault">The fault, in words.</param>
/// <param name="RunAsync">Injects the fault and returns the result.</param>
internal sealed record FaultRow(string Id, string Fault, Func<FaultBed, Task<FaultResult>> RunAsync);
