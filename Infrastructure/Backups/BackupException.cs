namespace HealthApi.Infrastructure.Backups;

/// <summary>A backup cannot be written or restored. The message tells the operator why.</summary>
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
