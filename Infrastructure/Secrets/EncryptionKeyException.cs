namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// The configured encryption keys cannot be used: one is unreadable, or one that is still needed is missing. The message is for the
/// operator.
/// </summary>
public sealed class EncryptionKeyException : Exception
{
    public EncryptionKeyException()
    {
    }

    public EncryptionKeyException(string message)
        : base(message)
    {
    }

    public EncryptionKeyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
