using HealthApi.Core.Events;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Inbound;

/// <summary>
/// Accepts a payload of an integration: translates it, finds the accounts, and ingests the events with the same checks and through the same
/// gate as <c>POST /v1/events</c>. Parts whose customer is unknown or that cannot be translated are stored. When it returns, everything is
/// durable. Accepting the same payload again changes nothing.
/// </summary>
public sealed class InboundIntake(
    CustomerDirectory customers, CustomerProfiles profiles, PayloadStore payloads, IngestGate gate, ClaimSignal claims,
    IOptions<RetentionOptions> retention, TimeProvider time)
{
    private const int ChunkCharacters = 1024 * 1024;

    /// <summary>Accepts a payload.</summary>
    /// <param name="integration">The integration that received the payload.</param>
    /// <param name="body">Well-formed JSON.</param>
    /// <param name="receivedAt">When the payload was received.</param>
    /// <param name="call">The call of a tracking route; null for other routes.</param>
    /// <param name="traceParent">The request's W3C trace context.</param>
    /// <param name="cancellation">Ends the waiting; steps that have begun are finished.</param>
    /// <returns>Null where the payload has too many or too large parts (see <see cref="Translator"/>); then nothing was
    /// accepted.</returns>
    /// <exception cref="Database.StoreUnavailableException">Nothing durable can be reached; the payload may be sent again.</exception>
    public async Task<InboundReceipt?> AcceptAsync(
        Integration integration, ReadOnlyMemory<byte> body, DateTimeOffset receivedAt, string? call, string? traceParent,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(integration);
        if (Translate(integration, body, receivedAt, call) is not { } items) return null;
        await customers.LinkAsync(integration, [.. items.OfType<InboundChange>().SelectMany(change => change.Links)], cancellation);
        var known = await profiles.ApplyAsync(integration, items, await ResolveAsync(integration, items, cancellation), cancellation);
        var outcomes = items.Select(item => Decide(integration, item, known, traceParent)).ToList();
        var kept = outcomes.Where(outcome => outcome.State is not null)
            .Select(
                outcome => KeptPayload.Of(
                    integration, outcome.Item, outcome.State!, outcome.Customer?.Reference, outcome.Reason!, receivedAt)).ToList();
        await KeepAsync(kept, cancellation);
        List<EventEnvelope> events = [.. outcomes.SelectMany(outcome => outcome.Envelopes)];
        if (events.Count > 0) await gate.SubmitAsync(events);
        if (kept.Count > 0 || items.Any(item => item is InboundChange { Links.Count: > 0 } or InboundChange { CreatesAccount: true }))
            claims.Set();
        return new InboundReceipt(
            events.Count, kept.Count(one => one.State == PayloadState.Parked), kept.Count(one => one.State == PayloadState.Unmapped),
            outcomes.Count(outcome => outcome.Item is SilentPart), [.. kept.Select(one => one.Id)]);
    }

    /// <summary>
    /// The outcome that each part of a payload would have; nothing is stored or sent. Null as for <see cref="AcceptAsync"/>.
    /// </summary>
    public async Task<IReadOnlyList<InboundOutcome>?> TryAsync(
        Integration integration, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(integration);
        if (Translate(integration, body, time.GetUtcNow(), null) is not { } items) return null;
        var known = await ResolveAsync(integration, items, cancellation);
        return [.. items.Select(item => Decide(integration, item, known, null))];
    }

    /// <summary>
    /// Stores payloads with about 1 MiB per statement, because the parameter and its parsed form take several times that much memory.
    /// </summary>
    private async Task KeepAsync(List<KeptPayload> kept, CancellationToken cancellation)
    {
        var (chunk, characters) = (new List<KeptPayload>(), 0);
        foreach (var payload in kept)
        {
            chunk.Add(payload);
            if ((characters += payload.Payload.Length) < ChunkCharacters) continue;
            await payloads.KeepAsync(chunk, cancellation);
            (chunk, characters) = ([], 0);
        }

        await payloads.KeepAsync(chunk, cancellation);
    }

    private static IReadOnlyList<InboundItem>? Translate(
        Integration integration, ReadOnlyMemory<byte> body, DateTimeOffset receivedAt, string? call)
    {
        var settings = integration.Settings;
        return Translator.Translate(
            settings.Vendor, body, new InboundContext(receivedAt, call, settings.AccountMapping.Pointer, settings.ParsedMapping));
    }

    private Task<IReadOnlyDictionary<string, KnownCustomer>> ResolveAsync(
        Integration integration, IReadOnlyList<InboundItem> items, CancellationToken cancellation) =>
        customers.ResolveAsync(integration, items.OfType<InboundChange>().Select(change => change.Customer).OfType<string>(), cancellation);

    private InboundOutcome Decide(
        Integration integration, InboundItem item, IReadOnlyDictionary<string, KnownCustomer> known, string? traceParent)
    {
        if (item is UnmappedPart unmapped)
        {
            return new InboundOutcome(
                item, unmapped.Customer is { } named ? new KnownCustomer(named, null) : null, [], PayloadState.Unmapped, unmapped.Reason);
        }

        if (item is not InboundChange { Customer: { } name } change) return new InboundOutcome(item, null, [], null, null);
        var customer = known[name];
        if (customer.AccountId is not { } accountId)
        {
            return new InboundOutcome(
                item, customer, [], PayloadState.Parked, $"No account claims the external id '{customer.Reference}'.");
        }

        var context = new EventContext(time.GetUtcNow(), retention.Value.EventsSpan, integration.Id, null, traceParent);
        var readings = change.Events.Select(draft => EventReader.Read(draft.ToJson(integration.Id, accountId), context)).ToList();
        var mistakes = readings.SelectMany(reading => reading.Errors).ToList();
        return mistakes.Count == 0
            ? new InboundOutcome(item, customer, [.. readings.Select(reading => reading.Envelope!)], null, null)
            : new InboundOutcome(
                item, customer, [], PayloadState.Unmapped, string.Join(' ', mistakes.Select(error => $"{error.Pointer}: {error.Detail}")));
    }
}
