using System.Globalization;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// Holds attempts to so many in any 60 seconds. It remembers the attempts of the last minute, counted by the second and written as
/// <c>second:count,…</c>, so that every process and the next start share one budget.
/// </summary>
public sealed class MinuteBudget
{
    private const int Window = 60;

    private readonly List<(long Second, int Count)> _taken = [];

    private MinuteBudget()
    {
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; nothing was taken where the text is null.</summary>
    public static MinuteBudget Parse(string? text)
    {
        var budget = new MinuteBudget();
        foreach (var entry in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            budget._taken.Add(
                (long.Parse(entry.AsSpan(0, colon), CultureInfo.InvariantCulture),
                int.Parse(entry.AsSpan(colon + 1), CultureInfo.InvariantCulture)));
        }

        return budget;
    }

    /// <summary>How many may be taken now, and, where that is none, from when on one may.</summary>
    public (int Available, DateTimeOffset NextAt) Available(int maxPerMinute, DateTimeOffset now)
    {
        Forget(now);
        var available = maxPerMinute - _taken.Sum(entry => entry.Count);
        return available > 0 ? (available, now) : (0, DateTimeOffset.FromUnixTimeSeconds(_taken[0].Second + Window + 1));
    }

    public void Take(int count, DateTimeOffset now)
    {
        Forget(now);
        var second = now.ToUnixTimeSeconds();
        if (_taken is [.., var last] && last.Second == second) _taken[^1] = (second, last.Count + count);
        else if (count > 0) _taken.Add((second, count));
    }

    public override string ToString() =>
        string.Join(',', _taken.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Second}:{entry.Count}")));

    private void Forget(DateTimeOffset now)
    {
        // A whole second more than the window: the entry's attempts may have come at its end. A clock set back forgets nothing but the
        // future.
        var second = now.ToUnixTimeSeconds();
        _taken.RemoveAll(entry => entry.Second + Window + 1 <= second || entry.Second > second);
    }
}
