using HealthApi.Core.Events;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Infrastructure.Inbound;

/// <summary>
/// The result of accepting a payload, in numbers: accepted events, and parts that are parked, unmapped or ignored because they hold nothing
/// to translate.
/// </summary>
/// <param name="KeptIds">The ids of the stored parts.</param>
public sealed record InboundReceipt(int Accepted, int Parked, int Unmapped, int Ignored, IReadOnlyCollection<string> KeptIds);

/// <summary>The outcome of one part of a payload.</summary>
/// <param name="Customer">The customer that the part names; null where it names none.</param>
/// <param name="Envelopes">The part's events, with the same checks as in <c>POST /v1/events</c>.</param>
/// <param name="State">A <see cref="PayloadState"/>; null where the part is not stored.</param>
/// <param name="Reason">Why the part is unmapped or parked; null where it is neither.</param>
public sealed record InboundOutcome(
    InboundItem Item, KnownCustomer? Customer, IReadOnlyList<EventEnvelope> Envelopes, string? State, string? Reason);
