using HealthApi.Core.Events;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Infrastructure.Inbound;

/// <summary>
/// What became of a payload: how many events went on their way, and how many parts are parked, unmapped or hold nothing for us.
/// </summary>
/// <param name="KeptIds">Ids of the payloads that were kept.</param>
public sealed record InboundReceipt(int Accepted, int Parked, int Unmapped, int Ignored, IReadOnlyCollection<string> KeptIds);

/// <summary>What would become of one part.</summary>
/// <param name="Envelopes">Its events, checked as <c>POST /v1/events</c> checks them.</param>
/// <param name="Reason">Why it is unmapped or parked; null where it is neither.</param>
public sealed record InboundOutcome(
    InboundItem Item, KnownCustomer? Customer, IReadOnlyList<EventEnvelope> Envelopes, string? State, string? Reason);
