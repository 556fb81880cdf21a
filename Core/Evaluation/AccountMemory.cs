using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Evaluation.Remembering;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// The data that one evaluation of an account leaves for the next: enough to find what changed and to report nothing twice.
/// </summary>
public sealed record AccountMemory
{
    public static readonly AccountMemory Empty = new();

    /// <summary>The model and version of the last evaluation, such as <c>lifecycle:1</c>; null before the first.</summary>
    public string? Model { get; init; }

    /// <summary>The churn rules and version of the last evaluation; null for the built-in ones.</summary>
    public string? Rules { get; init; }

    /// <summary>
    /// The segment of the account; null before the first evaluation, or if an earlier version of the service wrote the memory.
    /// </summary>
    public string? Segment { get; init; }

    /// <summary>The <see cref="EvaluationPolicy.Revision"/> of the last evaluation.</summary>
    public long Revision { get; init; }

    /// <summary>The unrounded score; null without data.</summary>
    public double? Score { get; init; }

    public string Category { get; init; } = HealthModel.UnknownCategory;

    /// <summary>The category before the present one; null while there was none.</summary>
    public string? PreviousCategory { get; init; }

    public double RiskScore { get; init; }

    public string RiskLevel { get; init; } = "low";

    /// <summary>The sequence number of the last crossing.</summary>
    public long Sequence { get; init; }

    /// <summary>The firing indicators, each with the instant of the evaluation at which it began to fire.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Indicators { get; init; } = new Dictionary<string, DateTimeOffset>();

    public IReadOnlyDictionary<string, ThresholdState> Thresholds { get; init; } = new Dictionary<string, ThresholdState>();

    /// <summary>
    /// The health that thresholds were last compared with; null before the first score, or if an earlier version of the service wrote the
    /// memory.
    /// </summary>
    public RememberedStanding? WatchedHealth { get; init; }

    /// <summary>The churn risk that thresholds were last compared with.</summary>
    public RememberedStanding? WatchedRisk { get; init; }

    /// <summary>The override set last; see <see cref="OverrideAt"/>.</summary>
    public AccountOverride? Override { get; init; }

    /// <summary>The points by which the override changed the score.</summary>
    public double OverridePoints { get; init; }

    /// <summary>Whether health, churn risk and override contradicted each other.</summary>
    public bool Disagrees { get; init; }

    /// <summary>The notices so far; null if the account was never checked for notices.</summary>
    public NoticeState? Notices { get; init; }

    /// <summary>The alerts so far; null if the account was never checked for alerts.</summary>
    public AlertMemory? Alerts { get; init; }

    /// <summary>
    /// The override, unless it has ended by the instant. An override whose start is in the future counts too: it was already stored, by a
    /// process whose clock is ahead.
    /// </summary>
    public AccountOverride? OverrideAt(DateTimeOffset at) => Override is { } stated && at < stated.Until ? stated : null;

    /// <summary>The churn rules and version of the last evaluation.</summary>
    [JsonIgnore]
    public string RulesKey => Rules ?? ShippedRules;

    private static string ShippedRules { get; } = Churn.BuiltInChurnRules.Evidence.Key;

    /// <summary>The value that thresholds of a metric were last compared with; null if there was none yet.</summary>
    public double? Watched(Metric metric) => Standing(metric)?.Score;

    /// <summary>The standing that thresholds of a metric were last compared with; null if there was none.</summary>
    public RememberedStanding? Standing(Metric metric) =>
        (metric == Metric.Health ? WatchedHealth : WatchedRisk) ?? (IsOfFormerVersion ? Former(metric) : null);

    /// <summary>
    /// Whether an earlier version wrote the memory, which did not store the watched standings. The present version stores the watched risk
    /// whenever it stores thresholds.
    /// </summary>
    private bool IsOfFormerVersion => Thresholds.Count > 0 && WatchedHealth is null && WatchedRisk is null;

    /// <summary>The watched standing, derived from the fields that an earlier version stored.</summary>
    private RememberedStanding? Former(Metric metric) => metric == Metric.ChurnRisk
        ? new RememberedStanding { Score = RiskScore, Label = RiskLevel, JudgedBy = Rules, Indicators = [.. Indicators?.Keys ?? []] }
        : Score is { } score ? new RememberedStanding { Score = score, Label = Category, JudgedBy = Model } : null;

    /// <summary>The rules' key as it is stored: null for the built-in rules, to save space.</summary>
    public static string? RulesToKeep(string rulesKey) => rulesKey == ShippedRules ? null : rulesKey;

    /// <summary>Whether both contain the same score, category, risk and level.</summary>
    public bool StandsAs(AccountMemory other) =>
        Score == other.Score && Category == other.Category && RiskScore == other.RiskScore && RiskLevel == other.RiskLevel;

    /// <summary>The compact binary form in which the memory is stored.</summary>
    public byte[] ToBytes() => MemoryCodec.Encode(this);

    /// <summary>Reads a stored memory; <see cref="Empty"/> for an account that was never evaluated.</summary>
    /// <param name="bytes">The result of <see cref="ToBytes"/>, or empty.</param>
    /// <param name="json">
    /// UTF-8 JSON where an earlier version of the service has written the row last; then it counts. Otherwise <c>-</c>, or empty for an
    /// account that was never evaluated.
    /// </param>
    /// <exception cref="InvalidDataException">The memory cannot be read.</exception>
    public static AccountMemory FromStored(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> json)
    {
        if (!bytes.IsEmpty && !json.StartsWith("{"u8)) return MemoryCodec.Decode(bytes);
        try
        {
            return FromJson(json);
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException("The memory of an earlier version cannot be read.", failure);
        }
    }

    /// <inheritdoc cref="FromStored(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static AccountMemory FromStored(ReadOnlySpan<byte> bytes, string json) => FromStored(bytes, Encoding.UTF8.GetBytes(json));

    /// <summary>UTF-8 JSON, for people who read an export.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, MemoryJson.Default.AccountMemory);

    /// <summary>Reads the result of <see cref="ToJson"/>; empty input gives <see cref="Empty"/>.</summary>
    private static AccountMemory FromJson(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? Empty : JsonSerializer.Deserialize(json, MemoryJson.Default.AccountMemory) ?? Empty;
}

[JsonSerializable(typeof(AccountMemory))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters = [typeof(SignalValueConverter)])]
internal sealed partial class MemoryJson : JsonSerializerContext;
