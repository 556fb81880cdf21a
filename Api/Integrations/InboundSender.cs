using System.Net;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Segment;
using HealthApi.Core.Integrations.Signatures;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>
/// Authenticates the sender of an inbound webhook: finds the integration and checks that its vendor sent the request. Because anyone can
/// post here, everything that does not need the body is checked before the body is read. An address with too many wrong keys (<see
/// cref="WrongKeys"/>) is answered 429, except for requests with a valid signature.
/// </summary>
internal sealed class InboundSender(InboundSenders services, HttpContext context, string? integrationId, string? call)
{
    /// <summary>Seconds after which the vendor should retry while an encryption key is missing: an operator must act first.</summary>
    private const int SecondsUntilKeys = 60;

    private readonly WrongKeys _wrongKeys = services.WrongKeys;
    private readonly string _url = services.Urls.Of(context.Request);
    private IReadOnlyList<string>? _secrets;

    private IPAddress? Address => context.Connection.RemoteIpAddress;

    /// <summary>The integration that the path names; null if only a write key identifies it.</summary>
    public string? IntegrationId => integrationId;

    /// <summary>The integration, once it has been looked up.</summary>
    public Integration? Integration { get; private set; }

    /// <summary>Whether the integration has been looked up, found or not.</summary>
    public bool IsLookedUp { get; private set; }

    /// <summary>The verdict on the signature or key for which the request was refused; null if it was not refused for that.</summary>
    public SignatureVerdict? Verdict { get; private set; }

    /// <summary>Whether the headers alone have authenticated the sender.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>
    /// Checks everything that needs no body. 404 if the integration does not exist; 401 if the headers alone show that the sender is not
    /// authentic; 429 instead of both after too many of them.
    /// </summary>
    public async ValueTask<Problem?> CheckHeadAsync()
    {
        var request = ToRequest(default);
        if (integrationId is null && SegmentCredentials.HeaderKey(request) is null) return null;
        if (await FindAsync(SegmentCredentials.HeaderKey(request), isBodyRead: false) is { } problem) return problem;
        if (_secrets is null) return null;
        var settings = Integration!.Settings;
        var verdict = VendorSignatures.CheckHead(settings.Vendor, settings.Auth, _secrets, request, Now());
        IsKnown = verdict == SignatureVerdict.Good;
        return IsKnown || verdict is null ? null : Refused(settings.Vendor, verdict.Value);
    }

    /// <summary>Checks the whole request and returns the integration whose vendor has sent it.</summary>
    public async ValueTask<Outcome<Integration>> CheckAsync(ReadOnlyMemory<byte> body)
    {
        var request = ToRequest(body);
        if (_secrets is null && await FindAsync(SegmentCredentials.WriteKey(request), isBodyRead: true) is { } problem) return problem;
        var settings = Integration!.Settings;
        var verdict = VendorSignatures.Check(settings.Vendor, settings.Auth, _secrets!, request, Now());
        return verdict == SignatureVerdict.Good ? Integration : Refused(settings.Vendor, verdict);
    }

    /// <summary>
    /// Looks up the integration and its secrets. If the secrets cannot be decrypted, a write key is compared with its stored hash instead;
    /// a write key in the body is compared once the body is read.
    /// </summary>
    /// <param name="key">The write key of the request; null if none has been found yet.</param>
    /// <param name="isBodyRead">Whether a write key in the body would have been found.</param>
    private async ValueTask<Problem?> FindAsync(string? key, bool isBodyRead)
    {
        var (store, cancellation) = (services.Integrations, context.RequestAborted);
        IsLookedUp = true;
        if (integrationId is null && key is null) return Refused(Vendor.Segment, SignatureVerdict.Missing);
        if (await IsGuessAsync(key) || await LookUpAsync(store, key) is not var (integration, secrets))
        {
            return integrationId is null ? Refused(Vendor.Segment, SignatureVerdict.Wrong) : _wrongKeys.Add(Address)
                ?? IntegrationEndpoints.NotFound();
        }

        Integration = integration;
        if (call is not null && integration.Settings.Vendor != Vendor.Segment)
            return Problem.NotFound("Only a segment integration takes tracking calls.");
        var isSegment = integration.Settings.Vendor == Vendor.Segment;
        if (secrets is null && isSegment && key is not null)
            secrets = await store.IsWriteKeyAsync(integration.Id, key, cancellation) ? [key] : [];
        _secrets = secrets;
        return secrets is not null || (isSegment && !isBodyRead) ? null : Unreadable();
    }

    /// <summary>
    /// Whether an address that has used up its wrong keys names an unknown integration or write key. Known names are cached, so the check
    /// does not query the store for each guess.
    /// </summary>
    private async ValueTask<bool> IsGuessAsync(string? key)
    {
        if (!_wrongKeys.IsExhausted(Address)) return false;
        var (names, cancellation) = (services.Names, context.RequestAborted);
        return !(
            integrationId is not null ? await names.HasIdAsync(integrationId, cancellation)
            : await names.HasWriteKeyAsync(key!, cancellation));
    }

    private Task<(Integration Integration, IReadOnlyList<string>? Secrets)?> LookUpAsync(IntegrationStore store, string? key) =>
        integrationId is not null ? store.FindSealedAsync(integrationId, context.RequestAborted)
            : store.FindByWriteKeyAsync(key!, context.RequestAborted);

    private InboundRequest ToRequest(ReadOnlyMemory<byte> body) => new(
        context.Request.Method, _url, name => context.Request.Headers[name] is [{ Length: > 0 } value, ..] ? value : null, body);

    private DateTimeOffset Now() => services.Time.GetUtcNow();

    /// <summary>A 503, after which the vendor sends the webhook again; nothing is lost until the operator has restored the keys.</summary>
    private static Problem Unreadable() =>
        new(ProblemType.Unavailable,
            "The secret of this integration cannot be decrypted now, so the signature cannot be checked; nothing was stored.")
        {
            RetryAfter = SecondsUntilKeys,
        };

    /// <summary>
    /// Refuses the request. A wrong or malformed signature counts as a guess; a missing one, or one with a wrong clock, does not.
    /// </summary>
    private Problem Refused(Vendor vendor, SignatureVerdict verdict)
    {
        Verdict = verdict;
        if (verdict is SignatureVerdict.Wrong or SignatureVerdict.Malformed && _wrongKeys.Add(Address) is { } wait) return wait;
        context.Response.Headers.WWWAuthenticate = vendor == Vendor.Segment ? "Basic realm=\"write key\"" : "Signature";
        return new Problem(ProblemType.InvalidSignature, verdict switch
        {
            SignatureVerdict.Missing => "The signature or token of the vendor is missing, or the integration has no secret yet.",
            SignatureVerdict.Malformed => "The signature does not have the form of the vendor's signatures.",
            SignatureVerdict.Stale => "The time of the signature differs from the service's clock by more than 300 seconds.",
            _ => "No secret of the integration gives this signature.",
        });
    }
}
