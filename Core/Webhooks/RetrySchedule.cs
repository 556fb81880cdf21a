using System.Globalization;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// The delay after each failed attempt. Each delay is changed at random by up to 20 %, so that deliveries do not reach a recovering
/// receiver all at once.
/// </summary>
public sealed record RetrySchedule(IReadOnlyList<TimeSpan> Delays)
{
    /// <summary>The largest share of a delay that the jitter adds or subtracts.</summary>
    public const double Jitter = 0.2;

    /// <summary>The longest <c>Retry-After</c> that is honoured.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(24);

    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(30);

    /// <summary>
    /// Parses one or more delays, separated by commas, each as <c>hours:minutes:seconds</c>, above zero and at most 30 days. Hours may
    /// exceed 23: <c>24:00:00</c> is a day. Null if the text is invalid.
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

    /// <summary>The delay after the given number of failed attempts; null if the schedule has ended.</summary>
    /// <param name="failedAttempts">1 or more.</param>
    /// <param name="fraction">A random number, 0 to 1.</param>
    public TimeSpan? Next(int failedAttempts, double fraction) => failedAttempts > Delays.Count
        ? null
        : Delays[failedAttempts - 1] * (1 + (Jitter * ((2 * fraction) - 1)));

    /// <summary>
    /// The delay if the receiver sent <c>Retry-After</c>: the longer of the schedule's delay and the requested one (at most a day). The
    /// schedule's delay is the minimum, so that a small <c>Retry-After</c> does not use up the schedule quickly.
    /// </summary>
    public TimeSpan? Next(int failedAttempts, double fraction, TimeSpan? retryAfter)
    {
        if (Next(failedAttempts, fraction) is not { } delay || retryAfter is not { } asked) return Next(failedAttempts, fraction);
        var wait = asked > MaxRetryAfter ? MaxRetryAfter : asked;
        return wait > delay ? wait : delay;
    }

    /// <summary>
    /// The requested delay plus up to 20 % at random, at most a day in all. Deliveries that got the same <c>Retry-After</c> are therefore
    /// not sent at the same time.
    /// </summary>
    /// <param name="retryAfter">The delay that the receiver requested, or null.</param>
    /// <param name="fraction">A random number, 0 to 1.</param>
    public static TimeSpan? Spread(TimeSpan? retryAfter, double fraction)
    {
        if (retryAfter is not { } asked || asked >= MaxRetryAfter) return retryAfter;
        var spread = asked * (1 + (Jitter * fraction));
        return spread > MaxRetryAfter ? MaxRetryAfter : spread;
    }

    // TimeSpan.Parse is not used, because it reads 24:00:00 as 24 days.
    private static TimeSpan? Delay(string text) =>
        text.Split(':') is [var hours, var minutes, var seconds] && Number(hours, 720) is { } h && Number(minutes, 59) is { } m
            && Number(seconds, 59) is { } s
            ? new TimeSpan(h, m, s)
            : null;

    private static int? Number(string text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : null;
}
