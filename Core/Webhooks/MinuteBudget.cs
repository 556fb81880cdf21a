using System.Globalization;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// Limits the number of attempts in any 60 seconds. It counts the attempts of the last minute by second. The text form is
/// <c>second:count,…</c>; it is stored, so that all processes, also after a restart, share one budget.
/// </summary>
public sealed class MinuteBudget
{
    private const int Window = 60;

    private readonly List<(long Second, int Count)> _taken = [];

    private MinuteBudget()
    {
    }

    /// <summary>Reads the text form of <see cref="ToString"/>; null gives an unused budget.</summary>
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

    /// <summary>The number of attempts that may be made now and, if it is 0, the instant from which one may be made.</summary>
    public (int Available, DateTimeOffset NextAt) Available(int maxPerMinute, DateTimeOffset now)
    {
        Forget(now);
        var available = maxPerMinute - _taken.Sum(entry => entry.Count);
        return available > 0 ? (available, now) : (0, DateTimeOffset.FromUnixTimeSeconds(_taken[0].Second + Window + 1));
    }

    /// <summary>Records attempts that are made now.</summary>
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
        // One second more than the window is kept, because the attempts of an entry may have been made at the end of its second. If the
        // clock was set back, entries of the future are removed.
        var second = now.ToUnixTimeSeconds();
        _taken.RemoveAll(entry => entry.Second + Window + 1 <= second || entry.Second > second);
    }
}
