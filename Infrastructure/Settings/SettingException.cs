namespace HealthApi.Infrastructure.Settings;

/// <summary>
/// The service cannot run with these settings. The message is for the operator: it names each setting and what is allowed.
/// </summary>
public sealed class SettingException : Exception
{
    public SettingException()
    {
    }

    public SettingException(string message)
        : base(message)
    {
    }

    public SettingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
