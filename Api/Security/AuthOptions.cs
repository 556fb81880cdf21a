namespace HealthApi.Api.Security;

/// <summary>Section <c>Auth</c>.</summary>
internal sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>Shorter keys could be guessed.</summary>
    public const int MinAdminKey = 24;

    /// <summary>Bootstrap key with scope <c>admin</c>, of at least 24 characters; generated at the first start and shown once when not given.</summary>
    public string? AdminKey { get; set; }
}
