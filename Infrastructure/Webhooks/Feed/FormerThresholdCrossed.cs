using MassTransit;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>
/// The message of one crossing on the bus, version 1 (docs/messages.md), published beside <see cref="ThresholdCrossed"/> for consumers of
/// version 1. It names only one of the crossings that a recovery resolves; its other members mean the same as in version 2.
/// </summary>
[MessageUrn(Urn, useDefaultPrefix: false)]
[EntityName(Exchange)]
public sealed record FormerThresholdCrossed
{
    /// <summary>The exchange, a fanout.</summary>
    public const string Exchange = "healthapi.threshold-crossed.v1";

    /// <summary>The value of <c>messageType</c> in MassTransit's envelope.</summary>
    public const string Urn = "urn:healthapi:threshold-crossed:v1";

    public string MessageId { get; init; } = "";

    public string CrossingId { get; init; } = "";

    public string AccountId { get; init; } = "";

    public long Sequence { get; init; }

    public DateTimeOffset At { get; init; }

    public string Metric { get; init; } = "";

    public string Threshold { get; init; } = "";

    public double Bound { get; init; }

    public IReadOnlyList<string> Passed { get; init; } = [];

    public string Direction { get; init; } = "";

    public ThresholdCrossedStanding From { get; init; } = new();

    public ThresholdCrossedStanding To { get; init; } = new();

    /// <summary>
    /// The last crossing that passed the outermost threshold of this recovery, where it resolves several; null where it resolves none.
    /// </summary>
    public string? Resolves { get; init; }

    public string Cause { get; init; } = "";

    public ThresholdCrossedModel Model { get; init; } = new();

    public IReadOnlyList<ThresholdCrossedReason> Reasons { get; init; } = [];

    public ThresholdCrossedAccount Account { get; init; } = new();
}
