using System.ComponentModel.DataAnnotations;

namespace HealthApi.Api.Security;

/// <summary>The settings of API keys. Section <c>Auth</c>.</summary>
internal sealed class AuthOptions : IValidatableObject
{
    public const string Section = "Auth";

    /// <summary>Shorter keys could be guessed.</summary>
    private const int MinAdminKey = 24;

    /// <summary>
    /// A key with scope <c>admin</c>, of at least 24 characters. Without it, a key is generated at the first start and shown once.
    /// </summary>
    public string? AdminKey { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AdminKey is { Length: > 0 and < MinAdminKey })
            yield return new ValidationResult($"Auth:AdminKey must have at least {MinAdminKey} characters.");
    }
}
