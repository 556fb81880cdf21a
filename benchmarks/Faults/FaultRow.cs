namespace HealthApi.Benchmarks.Faults;

/// <summary>A row of the fault matrix.</summary>
/// <param name="Id">Its number, or its name where it has none.</param>
/// <param name="Fault">What goes wrong.</param>
/// <param name="RunAsync">Injects it.</param>
internal sealed record FaultRow(string Id, string Fault, Func<FaultBed, Task<FaultResult>> RunAsync);
