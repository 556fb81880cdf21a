using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>What is remembered of an account between two evaluations: enough to tell what moved, and to never tell it twice.</summary>
public sealed record AccountMemory
{
    public static readonly AccountMemory Empty = new();

    /// <summary>The model and version the last evaluation used, such as <c>lifecycle:1</c>; null before the first.</summary>
    public string? Model { get; init; }

    /// <summary>The churn rules and version the last evaluation used; null for those shipped with the product.</summary>
    public string? Rules { get; init; }

    /// <summary>The segment the account was in; null before the first evaluation, or where a former version wrote the memory.</summary>
    public string? Segment { get; init; }

    /// <summary>The <see cref="EvaluationPolicy.Revision"/> the last evaluation used.</summary>
    public long Revision { get; init; }

    /// <summary>The full score, null without data.</summary>
    public double? Score { get; init; }

    public string Category { get; init; } = HealthModel.UnknownCategory;

    /// <summary>The category before the present one; null while there was none.</summary>
    public string? PreviousCategory { get; init; }

    public double RiskScore { get; init; }

    public string RiskLevel { get; init; } = "low";

    /// <summary>Sequence of the last crossing.</summary>
    public long Sequence { get; init; }

    /// <summary>Since when each firing indicator has been firing.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Indicators { get; init; } = new Dictionary<string, DateTimeOffset>();

    public IReadOnlyDictionary<string, ThresholdState> Thresholds { get; init; } = new Dictionary<string, ThresholdState>();

    /// <summary>
    /// How health stood when thresholds last watched it; null before the first score, or where a former version wrote the memory.
    /// </summary>
    public RememberedStanding? WatchedHealth { get; init; }

    /// <summary>How churn risk stood when thresholds last watched it.</summary>
    public RememberedStanding? WatchedRisk { get; init; }

    /// <summary>The override set last; see <see cref="OverrideAt"/>.</summary>
    public AccountOverride? Override { get; init; }

    /// <summary>Points by which the override moved the score.</summary>
    public double OverridePoints { get; init; }

    /// <summary>Whether health, churn risk or override pointed in opposite directions.</summary>
    public bool Disagrees { get; init; }

    /// <summary>What notices have told; null where the account was never looked at for them.</summary>
    public NoticeState? Notices { get; init; }

    /// <summary>
    /// The override, unless it is over at the instant. It is set already, so one whose time lies ahead comes from a clock that is ahead.
    /// </summary>
    public AccountOverride? OverrideAt(DateTimeOffset at) => Override is { } stated && at < stated.Until ? stated : null;

    /// <summary>The churn rules and version the last evaluation used.</summary>
    [JsonIgnore]
    public string RulesKey => Rules ?? ShippedRules;

    private static string ShippedRules { get; } = Churn.BuiltInChurnRules.Default.Key;

    /// <summary>
    /// The value that thresholds of a metric were watched with last; null where none was, since there was no score or no event yet.
    /// </summary>
    public double? Watched(Metric metric) => Standing(metric)?.Score;

    /// <summary>The standing that thresholds of a metric were watched with last; null where there was none.</summary>
    public RememberedStanding? Standing(Metric metric) =>
        (metric == Metric.Health ? WatchedHealth : WatchedRisk) ?? (IsOfFormerVersion ? Former(metric) : null);

    /// <summary>
    /// Whether it was written by a version that did not note what thresholds watched: from this one on the risk is watched wherever
    /// anything is.
    /// </summary>
    private bool IsOfFormerVersion => Thresholds.Count > 0 && WatchedHealth is null && WatchedRisk is null;

    /// <summary>What a former version of the service has stored.</summary>
    private RememberedStanding? Former(Metric metric) => metric == Metric.ChurnRisk
        ? new RememberedStanding { Score = RiskScore, Label = RiskLevel, JudgedBy = Rules, Indicators = [.. Indicators?.Keys ?? []] }
        : Score is { } score ? new RememberedStanding { Score = score, Label = Category, JudgedBy = Model } : null;

    /// <summary>The same rules, written so that the shipped ones take no room.</summary>
    public static string? RulesToKeep(string rulesKey) => rulesKey == ShippedRules ? null : rulesKey;

    /// <summary>Whether both remember the same score, category, risk and level.</summary>
    public bool StandsAs(AccountMemory other) =>
        Score == other.Score && Category == other.Category && RiskScore == other.RiskScore && RiskLevel == other.RiskLevel;

    /// <summary>UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, MemoryJson.Default.AccountMemory);

    /// <summary>Reads what <see cref="ToJson"/> gave; <see cref="Empty"/> from nothing.</summary>
    public static AccountMemory FromJson(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? Empty : JsonSerializer.Deserialize(json, MemoryJson.Default.AccountMemory) ?? Empty;

    public static AccountMemory FromJson(string json) => FromJson(System.Text.Encoding.UTF8.GetBytes(json));

    /// <summary>The same; <see cref="Empty"/> where it cannot be read.</summary>
    public static AccountMemory FromJsonOrEmpty(string json)
    {
        try
        {
            return FromJson(json);
        }
        catch (JsonException)
        {
            return Empty;
        }
    }
}

[JsonSerializable(typeof(AccountMemory))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters = [typeof(SignalValueConverter)])]
internal sealed partial class MemoryJson : JsonSerializerContext;
