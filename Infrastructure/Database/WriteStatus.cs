namespace HealthApi.Infrastructure.Database;

/// <summary>What became of a conditional write.</summary>
public enum WriteStatus { Created, Updated, PreconditionFailed, NotFound }
