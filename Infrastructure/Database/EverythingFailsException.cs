namespace HealthApi.Infrastructure.Database;

/// <summary>
/// The store answers, but every attempt to write fails, and the failure is not a known outage. No single item is at fault, so the same work
/// is tried again later. Unlike an outage this counts as a failure of the loop, and readiness reports it.
/// </summary>
public sealed class EverythingFailsException : StoreUnavailableException
{
    public EverythingFailsException()
    {
    }

    public EverythingFailsException(string message)
        : base(message)
    {
    }

    public EverythingFailsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <param name="failure">The first of the failures.</param>
    public EverythingFailsException(Exception failure)
        : this("Every attempt failed, so no single item is at fault.", failure)
    {
    }
}
