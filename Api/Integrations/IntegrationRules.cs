using System.Text.Json;
using HealthApi.Core.Input;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Generic;

namespace HealthApi.Api.Integrations;

/// <summary>The rules for the documents of integrations.</summary>
internal static class IntegrationRules
{
    private const int MaxName = 200, MinSecret = 24, MaxSecret = 512, MaxPointer = 256;

    private const string BodyPlace = "{body}", TimestampPlace = "{timestamp}";

    public static IReadOnlyList<FieldError> Check(IntegrationDocument document, Vendor vendor)
    {
        var errors = new List<FieldError?>
        {
            document.Name is { } name ? Identifiers.CheckText("/name", name, MaxName) : null,
            document.AccountMapping?.ExternalId is { } external ? Identifiers.Check("/accountMapping/externalId", external) : null,
            Pointer(document.AccountMapping?.Pointer),
            vendor != Vendor.Generic && document.Auth is not null ? OnlyGeneric("/auth") : null,
            vendor != Vendor.Generic && document.Mapping is not null ? OnlyGeneric("/mapping") : null,
        };
        if (document.Auth is { } auth) errors.AddRange(Auth(auth));
        if (vendor == Vendor.Generic && document.Mapping is { } mapping)
            errors.AddRange(GenericMappingReader.Read(JsonSerializer.SerializeToUtf8Bytes(mapping), "/mapping").Errors);
        return [.. errors.OfType<FieldError>()];
    }

    /// <summary>
    /// Refuses a secret that is short enough to be guessed. The secrets of all vendors are longer; the shortest is RudderStack's write key
    /// with 27 characters.
    /// </summary>
    public static FieldError? Secret(string? secret)
    {
        if (secret is null) return null;
        return Identifiers.Check("/secret", secret, MaxSecret)
            ?? (secret.Length < MinSecret
                ? new FieldError("/secret", ErrorCodes.OutOfRange, $"A secret must have at least {MinSecret} characters.") : null);
    }

    /// <summary>Whether the vendor makes the secret itself, so that the service must not generate one.</summary>
    public static bool VendorMakesSecret(Vendor vendor) => vendor is Vendor.Stripe or Vendor.Zendesk or Vendor.Hubspot;

    private static FieldError OnlyGeneric(string pointer) => new(pointer, ErrorCodes.NotAllowed, "Only a generic integration has this.");

    private static FieldError? Pointer(string? pointer)
    {
        if (pointer is null) return null;
        if (!pointer.StartsWith('/'))
        {
            return new FieldError(
                "/accountMapping/pointer", ErrorCodes.InvalidFormat, "Must be a JSON pointer, such as /data/object/metadata/accountId.");
        }

        return Identifiers.Check("/accountMapping/pointer", pointer, MaxPointer);
    }

    private static IEnumerable<FieldError?> Auth(GenericAuth auth)
    {
        yield return Header("/auth/header", auth.Header);
        yield return Header("/auth/timestampHeader", auth.TimestampHeader);
        yield return auth.Prefix is { } prefix ? Identifiers.Check("/auth/prefix", prefix) : null;
        if (auth.Signed is { } signed && !signed.Contains(BodyPlace, StringComparison.Ordinal))
            yield return new FieldError("/auth/signed", ErrorCodes.InvalidFormat, $"Must contain {BodyPlace}.");
        yield return Timestamp(auth, auth.Signed?.Contains(TimestampPlace, StringComparison.Ordinal) == true);
    }

    /// <summary>
    /// Checks that a timestamp is signed. An attacker that replays a request could replace an unsigned one, so the age of the request would
    /// prove nothing.
    /// </summary>
    private static FieldError? Timestamp(GenericAuth auth, bool isSigned) => auth switch
    {
        { TimestampHeader: null }
            when isSigned => new FieldError(
                "/auth/timestampHeader", ErrorCodes.Required, $"{TimestampPlace} needs the name of the header that contains the time."),
        { TimestampHeader: not null, Type: GenericAuthType.Token } => new FieldError(
            "/auth/timestampHeader", ErrorCodes.NotAllowed, "A token does not sign a time; use a signature."),
        { TimestampHeader: not null } when !isSigned =>
            new FieldError(
                "/auth/signed", ErrorCodes.Required, $"Must contain {TimestampPlace}: an unsigned time can be changed on the way."),
        _ => null,
    };

    private static FieldError? Header(string pointer, string? name) =>
        name is null
            || (name.Length is > 0 and <= Identifiers.MaxLength
            && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'))
            ? null
            : new FieldError(pointer, ErrorCodes.InvalidFormat, "Must be the name of a header.");
}
