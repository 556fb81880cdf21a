namespace HealthApi.Infrastructure.Database;

/// <summary>
/// The store answers, and everything that is tried with it fails for a reason that is no known outage. What was to be done is not to blame
/// and comes again;
/// unlike an outage it is a failure of the service that readiness names.
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
        : this("Everything fails, so no single item is to blame.", failure)
    {
    }
}
