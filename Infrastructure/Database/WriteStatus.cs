namespace HealthApi.Infrastructure.Database;

/// <summary>The result of a conditional write.</summary>
public enum WriteStatus { Created, Updated, PreconditionFailed, NotFound }
