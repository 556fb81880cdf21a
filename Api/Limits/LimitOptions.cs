using System.ComponentModel.DataAnnotations;

namespace HealthApi.Api.Limits;

/// <summary>What callers may take together and each alone. Section <c>Limits</c>; zero switches a limit off.</summary>
internal sealed class LimitOptions : IValidatableObject
{
    public const string Section = "Limits";

    /// <summary>One request in a quarter of an hour: the timer that refills a bucket has no longer period than some weeks.</summary>
    private const double MinRate = 0.001;

    /// <summary>
    /// Requests a second that one key may make in the long run. The default is beyond what one process answers on a few cores.
    /// </summary>
    [Range(0, 10_000_000)]
    public double RequestsPerSecond { get; set; } = 100_000;

    /// <summary>Requests that one key may make at once after a pause; without it, those of one second.</summary>
    [Range(0, 10_000_000)]
    public int Burst { get; set; }

    /// <summary>Rates of their own for keys, by the key's name.</summary>
    [Range(0, 10_000_000)]
    public Dictionary<string, double> Keys { get; set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Wrong API keys, and wrong write keys, signatures or ids of integrations, that an address may send in a minute before its further
    /// ones are answered 429.
    /// </summary>
    [Range(0, 10_000_000)]
    public int WrongKeys { get; set; } = 20;

    /// <summary>Bytes of request bodies held in memory at once, over all requests with a key, as far as they have been received.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long BodyBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>The same for bodies that must be read to find out who sends them: webhooks of vendors, tracking calls.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long UnauthenticatedBodyBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>Events that may wait in the lanes, store and broker, before no more are taken.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long Backlog { get; set; } = 2_000_000;

    /// <summary>
    /// How long the oldest event may have waited before no more are taken, where some thousands wait. Zero lets them wait, up to the
    /// backlog, while no worker runs.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan MaxLag { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a request may take; streams of scores have no such limit.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from rate in Keys.Select(pair => KeyValuePair.Create("Keys:" + pair.Key, pair.Value))
            .Prepend(KeyValuePair.Create(nameof(RequestsPerSecond), RequestsPerSecond))
        where rate.Value is > 0 and < MinRate
        select new ValidationResult(
            FormattableString.Invariant($"{Section}:{rate.Key} '{rate.Value}' is not 0 or a number from {MinRate}."));
}
