namespace HealthApi.Infrastructure.Database;

/// <summary>The outcome of a write, and the resource as it is stored after it.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Stored">
/// The resource after the write; the present resource where a failed precondition returns it; otherwise null. Never null where it was
/// created or updated.
/// </param>
public sealed record Write<T>(WriteStatus Status, T? Stored = null)
    where T : class;
