using MassTransit;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>
/// The message of one crossing on the bus, version 2 (docs/messages.md): the same facts as the <c>data</c> of the webhook, under the same
/// names. Members are only ever added; a change of meaning becomes a new type under another name.
/// </summary>
[MessageUrn(Urn, useDefaultPrefix: false)]
[EntityName(Exchange)]
public sealed record ThresholdCrossed
{
    /// <summary>The exchange, a fanout.</summary>
    public const string Exchange = "healthapi.threshold-crossed.v2";

    /// <summary>The value of <c>messageType</c> in MassTransit's envelope.</summary>
    public const string Urn = "urn:healthapi:threshold-crossed:v2";

    /// <summary>The <c>webhook-id</c> of the same crossing.</summary>
    public string MessageId { get; init; } = "";

    public string CrossingId { get; init; } = "";

    public string AccountId { get; init; } = "";

    /// <summary>Rises by one with every crossing of the account.</summary>
    public long Sequence { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary><c>health</c> or <c>churn_risk</c>.</summary>
    public string Metric { get; init; } = "";

    /// <summary>Id of the outermost threshold that was passed.</summary>
    public string Threshold { get; init; } = "";

    /// <summary>The bound of <see cref="Threshold"/>, 0 to 100.</summary>
    public double Bound { get; init; }

    /// <summary>Every threshold that was passed, in the order in which the value passed them.</summary>
    public IReadOnlyList<string> Passed { get; init; } = [];

    /// <summary><c>falling</c>, <c>rising</c> or <c>entered</c>.</summary>
    public string Direction { get; init; } = "";

    public ThresholdCrossedStanding From { get; init; } = new();

    public ThresholdCrossedStanding To { get; init; } = new();

    /// <summary>The ids of the worsening crossings that this recovery resolves; empty for a worsening.</summary>
    public IReadOnlyList<string> Resolves { get; init; } = [];

    /// <summary>
    /// <c>data</c>: the account's data changed, by events or by time; <c>model</c>: another model or other churn rules apply to the
    /// account.
    /// </summary>
    public string Cause { get; init; } = "";

    public ThresholdCrossedModel Model { get; init; } = new();

    /// <summary>The parts of the change, the largest first; they sum exactly to the change of the score.</summary>
    public IReadOnlyList<ThresholdCrossedReason> Reasons { get; init; } = [];

    public ThresholdCrossedAccount Account { get; init; } = new();

    /// <summary>The same crossing in version 1, for consumers of version 1.</summary>
    public FormerThresholdCrossed ToFormer() => new()
    {
        MessageId = MessageId,
        CrossingId = CrossingId,
        AccountId = AccountId,
        Sequence = Sequence,
        At = At,
        Metric = Metric,
        Threshold = Threshold,
        Bound = Bound,
        Passed = Passed,
        Direction = Direction,
        From = From,
        To = To,
        Resolves = Resolves.Count == 0 ? null : Resolves[^1],
        Cause = Cause,
        Model = Model,
        Reasons = Reasons,
        Account = Account,
    };
}

/// <summary>
/// The value before or after the crossing: <see cref="Category"/> for health, <see cref="Level"/> for churn risk. <see cref="Score"/> is 0
/// to 100 with one decimal, null without a score.
/// </summary>
public sealed record ThresholdCrossedStanding
{
    public double? Score { get; init; }

    public string? Category { get; init; }

    public string? Level { get; init; }

    /// <summary>The instant of the value; null if there was no value, or if an earlier version of the service stored it.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>The health model or churn rule set that gave the value.</summary>
public sealed record ThresholdCrossedModel
{
    public string Id { get; init; } = "";

    public int Version { get; init; }
}

/// <summary>
/// One part of a change: the component or indicator (null if it belongs to none, such as an override), the signal (null if it belongs to no
/// single signal), and the points by which it changed the value.
/// </summary>
public sealed record ThresholdCrossedReason
{
    public string? Component { get; init; }

    public string? Signal { get; init; }

    public decimal Change { get; init; }

    public string Detail { get; init; } = "";
}

/// <summary>The account when the crossing was decided; <see cref="Arr"/> in the account's currency.</summary>
public sealed record ThresholdCrossedAccount
{
    public string Name { get; init; } = "";

    public string Segment { get; init; } = "";

    public decimal? Arr { get; init; }

    public string? Owner { get; init; }
}
