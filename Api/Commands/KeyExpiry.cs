using System.Globalization;

namespace HealthApi.Api.Commands;

/// <summary>
/// Reads <c>--expires</c>: a time with an offset, a day (its beginning in UTC), or a number of days from now such as <c>90d</c>.
/// </summary>
internal static class KeyExpiry
{
    private const int MostDays = 36_500;

    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <exception cref="CommandUsageException">The text is none of these, or the time is not in the future.</exception>
    public static DateTimeOffset? Parse(string? text, DateTimeOffset now)
    {
        if (text is null) return null;
        if (ParseDays(text) is { } days) return now.AddDays(days);
        if (!DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end))
        {
            throw new CommandUsageException(
                $"--expires '{text}' is neither a time such as 2027-01-31T18:00:00Z nor a number of days such as 90d.");
        }

        return end > now ? end.ToUniversalTime() : throw new CommandUsageException($"--expires '{text}' is not in the future.");
    }

    private static int? ParseDays(string text) =>
        text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days is > 0 and <= MostDays ? days : null;
}
