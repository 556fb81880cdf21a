using System.Globalization;

namespace HealthApi.Infrastructure.Events;

/// <summary>How long the event log and the history are kept. Section <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Days, as <c>400</c> or <c>400 days</c>.</summary>
    public string Events { get; set; } = "400 days";

    /// <summary>1 to 36,500 days.</summary>
    /// <exception cref="FormatException">The text is not a number of days in that range.</exception>
    public TimeSpan EventsSpan
    {
        get
        {
            var number = Events.Replace("days", "", StringComparison.OrdinalIgnoreCase).Trim();
            return int.TryParse(number, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 36_500
                ? TimeSpan.FromDays(days)
                : throw new FormatException($"Retention:Events '{Events}' is not a number of days from 1 to 36500.");
        }
    }
}
