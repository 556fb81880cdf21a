using System.Globalization;

namespace HealthApi.Infrastructure.Events;

/// <summary>How long the event log, the history and the audit trail are kept. Section <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Days, as <c>400</c> or <c>400 days</c>.</summary>
    public string Events { get; set; } = "400 days";

    /// <summary>Days that audit entries are kept, in the same form.</summary>
    public string Audit { get; set; } = "1095 days";

    /// <summary>1 to 36,500 days.</summary>
    /// <exception cref="FormatException">The text is not a number of days in that range.</exception>
    public TimeSpan EventsSpan => Days(nameof(Events), Events);

    /// <inheritdoc cref="EventsSpan"/>
    public TimeSpan AuditSpan => Days(nameof(Audit), Audit);

    private static TimeSpan Days(string name, string text)
    {
        var number = text.Replace("days", "", StringComparison.OrdinalIgnoreCase).Trim();
        return int.TryParse(number, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 36_500
            ? TimeSpan.FromDays(days)
            : throw new FormatException($"Retention:{name} '{text}' is not a number of days from 1 to 36500.");
    }
}
