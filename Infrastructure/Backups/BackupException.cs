namespace HealthApi.Infrastructure.Backups;

/// <summary>A backup cannot be made or restored; the message says why, for the operator.</summary>
public sealed class BackupException : Exception
{
    public BackupException()
    {
    }

    public BackupException(string message)
        : base(message)
    {
    }

    public BackupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
