using System.ComponentModel.DataAnnotations;

namespace HealthApi.Api.Limits;

/// <summary>The limits of single callers and of all callers together. Section <c>Limits</c>; zero switches a limit off.</summary>
internal sealed class LimitOptions : IValidatableObject
{
    public const string Section = "Limits";

    /// <summary>
    /// The lowest rate, about one request per 17 minutes. The period of the timer that refills a bucket is limited to some weeks.
    /// </summary>
    private const double MinRate = 0.001;

    /// <summary>
    /// Requests per second that one key may make on average. The default is more than one process can answer on a few cores.
    /// </summary>
    [Range(0, 10_000_000)]
    public double RequestsPerSecond { get; set; } = 100_000;

    /// <summary>Requests that one key may make at once after a pause; zero for those of one second.</summary>
    [Range(0, 10_000_000)]
    public int Burst { get; set; }

    /// <summary>Requests per second for single keys, by the key's name; they replace <see cref="RequestsPerSecond"/>.</summary>
    [Range(0, 10_000_000)]
    public Dictionary<string, double> Keys { get; set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Wrong API keys, write keys, signatures and ids of integrations that an address may send per minute. Further ones are answered 429.
    /// </summary>
    [Range(0, 10_000_000)]
    public int WrongKeys { get; set; } = 20;

    /// <summary>Bytes that the received request bodies of all requests with a key may take in memory at once.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long BodyBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>The same for bodies that must be read to authenticate the sender: webhooks of vendors and tracking calls.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long UnauthenticatedBodyBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>Events that may wait in the lanes, in the store and in the broker, before further events are refused.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long Backlog { get; set; } = 2_000_000;

    /// <summary>
    /// How long the oldest event may wait before further events are refused, if at least 20,000 wait. With zero, events may wait without a
    /// limit of time, up to the backlog, for example while no worker runs.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan MaxLag { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a request may take. Scoring and exports have no such limit.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from rate in Keys.Select(pair => KeyValuePair.Create("Keys:" + pair.Key, pair.Value))
            .Prepend(KeyValuePair.Create(nameof(RequestsPerSecond), RequestsPerSecond))
        where rate.Value is > 0 and < MinRate
        select new ValidationResult(
            FormattableString.Invariant($"{Section}:{rate.Key} '{rate.Value}' is not 0 or a number from {MinRate}."));
}
