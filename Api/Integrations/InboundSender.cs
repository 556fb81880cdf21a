using System.Net;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Segment;
using HealthApi.Core.Integrations.Signatures;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>
/// Who sends an inbound webhook: the integration it is for, and whether its vendor sent it. Everything that needs no body is checked before
/// one is read, since anybody can post here. An address that guesses (<see cref="WrongKeys"/>) waits; senders whose signature is good go on
/// from there all the same.
/// </summary>
internal sealed class InboundSender(InboundSenders lookups, HttpContext context, string? integrationId, string? call)
{
    /// <summary>Seconds after which it is worth asking again where an encryption key is missing: an operator must act.</summary>
    private const int SecondsUntilKeys = 60;

    private readonly WrongKeys _guesses = lookups.Guesses;
    private readonly string _url = lookups.Urls.Of(context.Request);
    private IReadOnlyList<string>? _secrets;

    private IPAddress? Address => context.Connection.RemoteIpAddress;

    /// <summary>The integration that the path names; null where only a write key does.</summary>
    public string? IntegrationId => integrationId;

    /// <summary>The integration, once it has been looked up.</summary>
    public Integration? Integration { get; private set; }

    /// <summary>Whether it has been looked for.</summary>
    public bool IsLookedUp { get; private set; }

    /// <summary>What was found of the signature or key when the sender was refused for it.</summary>
    public SignatureVerdict? Verdict { get; private set; }

    /// <summary>Whether the headers alone have proved the sender.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>
    /// 404 without the integration, 401 where no body can make the request good, 429 instead of both after too many of them.
    /// </summary>
    public async ValueTask<Problem?> CheckHeadAsync()
    {
        var request = ToRequest(default);
        if (integrationId is null && SegmentCredentials.HeaderKey(request) is null) return null;
        if (await FindAsync(SegmentCredentials.HeaderKey(request), isWhole: false) is { } problem) return problem;
        if (_secrets is null) return null;
        var settings = Integration!.Settings;
        var verdict = VendorSignatures.CheckHead(settings.Vendor, settings.Auth, _secrets, request, Now());
        IsKnown = verdict == SignatureVerdict.Good;
        return IsKnown || verdict is null ? null : Refused(settings.Vendor, verdict.Value);
    }

    /// <summary>The integration, once the whole request is known to come from its vendor.</summary>
    public async ValueTask<Outcome<Integration>> CheckAsync(ReadOnlyMemory<byte> body)
    {
        var request = ToRequest(body);
        if (_secrets is null && await FindAsync(SegmentCredentials.WriteKey(request), isWhole: true) is { } problem) return problem;
        var settings = Integration!.Settings;
        var verdict = VendorSignatures.Check(settings.Vendor, settings.Auth, _secrets!, request, Now());
        return verdict == SignatureVerdict.Good ? Integration : Refused(settings.Vendor, verdict);
    }

    /// <summary>
    /// Secrets that cannot be opened are none: a write key is then compared with its hash, which may have to wait for the body.
    /// </summary>
    private async ValueTask<Problem?> FindAsync(string? key, bool isWhole)
    {
        var (store, cancellation) = (lookups.Integrations, context.RequestAborted);
        IsLookedUp = true;
        if (integrationId is null && key is null) return Refused(Vendor.Segment, SignatureVerdict.Missing);
        if (await IsGuessAsync(key) || await LookUpAsync(store, key) is not var (integration, secrets))
            return integrationId is null ? Refused(Vendor.Segment, SignatureVerdict.Wrong) : _guesses.Add(Address)
                ?? IntegrationEndpoints.NotFound();
        Integration = integration;
        if (call is not null && integration.Settings.Vendor != Vendor.Segment)
            return Problem.NotFound("Only a segment integration takes tracking calls.");
        var isSegment = integration.Settings.Vendor == Vendor.Segment;
        if (secrets is null && isSegment && key is not null)
            secrets = await store.IsWriteKeyAsync(integration.Id, key, cancellation) ? [key] : [];
        _secrets = secrets;
        return secrets is not null || (isSegment && !isWhole) ? null : Unreadable();
    }

    /// <summary>Whether an address that has used up its wrong keys names another; told without a look-up of it.</summary>
    private async ValueTask<bool> IsGuessAsync(string? key)
    {
        if (!_guesses.IsExhausted(Address)) return false;
        var (names, cancellation) = (lookups.Names, context.RequestAborted);
        return !(
            integrationId is not null ? await names.HasIdAsync(integrationId, cancellation)
            : await names.HasWriteKeyAsync(key!, cancellation));
    }

    private Task<(Integration Integration, IReadOnlyList<string>? Secrets)?> LookUpAsync(IntegrationStore store, string? key) =>
        integrationId is not null ? store.FindSealedAsync(integrationId, context.RequestAborted)
            : store.FindByWriteKeyAsync(key!, context.RequestAborted);

    private InboundRequest ToRequest(ReadOnlyMemory<byte> body) => new(
        context.Request.Method, _url, name => context.Request.Headers[name] is [{ Length: > 0 } value, ..] ? value : null, body);

    private DateTimeOffset Now() => lookups.Time.GetUtcNow();

    /// <summary>The vendor sends it again, so that nothing is lost while the operator mends the keys.</summary>
    private static Problem Unreadable() =>
        new(ProblemType.Unavailable,
            "The secret of this integration cannot be opened now, so the signature cannot be checked; nothing was kept.")
        {
            RetryAfter = SecondsUntilKeys,
        };

    /// <summary>What can be a guess counts as one; a sender with a wrong clock or without a signature guesses nothing.</summary>
    private Problem Refused(Vendor vendor, SignatureVerdict verdict)
    {
        Verdict = verdict;
        if (verdict is SignatureVerdict.Wrong or SignatureVerdict.Malformed && _guesses.Add(Address) is { } wait) return wait;
        context.Response.Headers.WWWAuthenticate = vendor == Vendor.Segment ? "Basic realm=\"write key\"" : "Signature";
        return new Problem(ProblemType.InvalidSignature, verdict switch
        {
            SignatureVerdict.Missing => "The signature or token of the vendor is missing, or the integration has no secret yet.",
            SignatureVerdict.Malformed => "The signature has another form than the vendor gives it.",
            SignatureVerdict.Stale => "The signature was made more than 300 seconds from now.",
            _ => "No secret of the integration gives this signature.",
        });
    }
}
