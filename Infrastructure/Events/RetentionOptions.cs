using System.ComponentModel.DataAnnotations;
using System.Globalization;
using HealthApi.Core.Signals;

namespace HealthApi.Infrastructure.Events;

/// <summary>How long the event log, the history and the audit trail are kept. Section <c>Retention</c>.</summary>
public sealed class RetentionOptions : IValidatableObject
{
    public const string Section = "Retention";

    private const string Unit = "days";
    private const int MaxDays = 36_500;

    /// <summary>The longest window of a signal: with a shorter retention, signals would lack events and evidence.</summary>
    private static readonly int MinEventDays = (int)SignalWindows.Longest.TotalDays;

    /// <summary>How long events and history are kept: 390 to 36,500 days, as <c>400</c>, <c>400 days</c> or <c>400.00:00:00</c>.</summary>
    public string Events { get; set; } = "400 days";

    /// <summary>How long audit entries are kept: 1 to 36,500 days, in the same forms.</summary>
    public string Audit { get; set; } = "1095 days";

    /// <summary><see cref="Events"/>, parsed.</summary>
    public TimeSpan EventsSpan => TimeSpan.FromDays(Days(Events)!.Value);

    /// <summary><see cref="Audit"/>, parsed.</summary>
    public TimeSpan AuditSpan => TimeSpan.FromDays(Days(Audit)!.Value);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!(Days(Events) >= MinEventDays && Days(Events) <= MaxDays))
            yield return Wrong(nameof(Events), Events, MinEventDays, $" (signals look back up to {MinEventDays} days)");
        if (Days(Audit) is not (>= 1 and <= MaxDays)) yield return Wrong(nameof(Audit), Audit, 1, "");
    }

    private static ValidationResult Wrong(string name, string text, int least, string why) =>
        new($"{Section}:{name} '{text}' is not a number of days from {least} to {MaxDays}{why}.");

    private static int? Days(string text)
    {
        if (TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span))
            return span.Ticks % TimeSpan.TicksPerDay == 0 ? (int)span.TotalDays : null;
        var number = text.EndsWith(Unit, StringComparison.OrdinalIgnoreCase) ? text[..^Unit.Length].TrimEnd() : text;
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : null;
    }
}
