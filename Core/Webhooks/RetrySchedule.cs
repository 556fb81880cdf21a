using System.Globalization;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// How long to wait after each failed attempt: a delay of the schedule ± 20 %, so that receivers coming back are not met by all at once.
/// </summary>
public sealed record RetrySchedule(IReadOnlyList<TimeSpan> Delays)
{
    /// <summary>Part of a delay that the jitter may add or take.</summary>
    public const double Jitter = 0.2;

    /// <summary>The longest that a receiver can ask to be waited for, per answer.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(24);

    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(30);

    /// <summary>
    /// Null unless the text is one or more times <c>hours:minutes:seconds</c>, each above zero and at most 30 days, separated by commas.
    /// Hours may exceed 23: <c>24:00:00</c> is a day.
    /// </summary>
    public static RetrySchedule? TryParse(string? text)
    {
        var delays = new List<TimeSpan>();
        foreach (var part in (text ?? "").Split(','))
        {
            if (Delay(part.Trim()) is not { } delay || delay <= TimeSpan.Zero || delay > MaxDelay) return null;
            delays.Add(delay);
        }

        return new RetrySchedule(delays);
    }

    /// <summary>The wait after the given number of failed attempts; null when the schedule is used up.</summary>
    /// <param name="failedAttempts">1 or more.</param>
    /// <param name="fraction">A random number, 0 to 1.</param>
    public TimeSpan? Next(int failedAttempts, double fraction) => failedAttempts > Delays.Count
        ? null
        : Delays[failedAttempts - 1] * (1 + (Jitter * ((2 * fraction) - 1)));

    /// <summary>
    /// The wait where the receiver asked for one: never before that time (at most a day of it counts), and never sooner than the schedule
    /// says, so that a small <c>Retry-After</c> does not use the schedule up.
    /// </summary>
    public TimeSpan? Next(int failedAttempts, double fraction, TimeSpan? retryAfter)
    {
        if (Next(failedAttempts, fraction) is not { } delay || retryAfter is not { } asked) return Next(failedAttempts, fraction);
        var wait = asked > MaxRetryAfter ? MaxRetryAfter : asked;
        return wait > delay ? wait : delay;
    }

    /// <summary>
    /// What a receiver asked for and up to a fifth of it more (in all a day at most): many that asked for the same do not come back
    /// together.
    /// </summary>
    /// <param name="retryAfter">What it asked for, if it did.</param>
    /// <param name="fraction">A random number, 0 to 1.</param>
    public static TimeSpan? Spread(TimeSpan? retryAfter, double fraction)
    {
        if (retryAfter is not { } asked || asked >= MaxRetryAfter) return retryAfter;
        var spread = asked * (1 + (Jitter * fraction));
        return spread > MaxRetryAfter ? MaxRetryAfter : spread;
    }

    // TimeSpan.Parse takes 24:00:00 for 24 days.
    private static TimeSpan? Delay(string text) =>
        text.Split(':') is [var hours, var minutes, var seconds] && Number(hours, 720) is { } h && Number(minutes, 59) is { } m
            && Number(seconds, 59) is { } s
            ? new TimeSpan(h, m, s)
            : null;

    private static int? Number(string text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : null;
}
