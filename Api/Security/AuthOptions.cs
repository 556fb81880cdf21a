namespace HealthApi.Api.Security;

/// <summary>Section <c>Auth</c>.</summary>
internal sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>Bootstrap key with scope <c>admin</c>; generated at the first start and shown once when not given.</summary>
    public string? AdminKey { get; set; }
}
