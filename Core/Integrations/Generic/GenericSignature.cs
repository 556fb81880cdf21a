using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Generic;

/// <summary>Checks the authentication that <see cref="GenericAuth"/> describes.</summary>
internal static class GenericSignature
{
    private const string BodyPlace = "{body}", TimestampPlace = "{timestamp}";
    private const long LatestSecond = 253_402_300_799, MillisecondsFrom = 100_000_000_000;

    public static SignatureVerdict? CheckHead(GenericAuth auth, IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        if (auth.Type == GenericAuthType.Token) return CheckToken(auth, secrets, request);
        if (Read(auth, request, out _, out var timestamp) is { } fault) return fault;
        if (timestamp is null) return null;
        return Time(timestamp) is { } signedAt ? Hmacs.Stale(signedAt, now) : SignatureVerdict.Malformed;
    }

    public static SignatureVerdict Check(GenericAuth auth, IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now) =>
        auth.Type switch
        {
            GenericAuthType.Token => CheckToken(auth, secrets, request),
            GenericAuthType.Hmac => CheckSignature(auth, secrets, request, now),
        };

    private static SignatureVerdict CheckToken(GenericAuth auth, IReadOnlyList<string> secrets, InboundRequest request)
    {
        var tokens = auth.Header is { } name && !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
            ? request.Header(name) is { } value ? [Strip(auth, value)] : []
            : BasicCredentials.Of(request.Header("Authorization"));
        if (tokens.Count == 0) return SignatureVerdict.Missing;
        return tokens.Any(token => Hmacs.IsSecret(secrets, token)) ? SignatureVerdict.Good : SignatureVerdict.Wrong;
    }

    private static SignatureVerdict CheckSignature(
        GenericAuth auth, IReadOnlyList<string> secrets, InboundRequest request, DateTimeOffset now)
    {
        if (Read(auth, request, out var signature, out var timestamp) is { } fault) return fault;
        var around = (auth.Signed ?? BodyPlace).Replace(TimestampPlace, timestamp, StringComparison.Ordinal).Split(BodyPlace, 2);
        var after = around.Length == 2 ? around[1] : "";
        if (!Hmacs.Matches(
            Algorithm(auth.Algorithm), secrets, [signature], Encoding.UTF8.GetBytes(around[0]), request.Body,
            Encoding.UTF8.GetBytes(after)))
        {
            return SignatureVerdict.Wrong;
        }

        if (timestamp is null) return SignatureVerdict.Good;
        if (Time(timestamp) is not { } signedAt) return SignatureVerdict.Malformed;
        return Hmacs.IsFresh(signedAt, now) ? SignatureVerdict.Good : SignatureVerdict.Stale;
    }

    /// <summary>Null if the headers are well-formed, otherwise the error.</summary>
    private static SignatureVerdict? Read(GenericAuth auth, InboundRequest request, out byte[] signature, out string? timestamp)
    {
        (signature, timestamp) = ([], auth.TimestampHeader is { } name ? request.Header(name) : null);
        if (request.Header(auth.Header ?? "X-Signature") is not { } header) return SignatureVerdict.Missing;
        var text = Strip(auth, header);
        if ((auth.Encoding == SignatureEncoding.Hex ? Hmacs.FromHex(text) : Hmacs.FromBase64(text)) is not { } bytes)
            return SignatureVerdict.Malformed;
        signature = bytes;
        return auth.TimestampHeader is not null && timestamp is null ? SignatureVerdict.Missing : null;
    }

    private static string Strip(GenericAuth auth, string value) =>
        auth.Prefix is { } prefix && value.StartsWith(prefix, StringComparison.Ordinal) ? value[prefix.Length..] : value;

    private static HashAlgorithmName Algorithm(SignatureHash hash) => hash switch
    {
        SignatureHash.Sha1 => HashAlgorithmName.SHA1,
        SignatureHash.Sha256 => HashAlgorithmName.SHA256,
        SignatureHash.Sha512 => HashAlgorithmName.SHA512,
    };

    private static DateTimeOffset? Time(string text)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return InboundTimes.Text(text);
        if (number >= MillisecondsFrom) return number <= LatestSecond * 1000 ? DateTimeOffset.FromUnixTimeMilliseconds(number) : null;
        return DateTimeOffset.FromUnixTimeSeconds(number);
    }
}
