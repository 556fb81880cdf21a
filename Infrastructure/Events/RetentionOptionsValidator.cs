using HealthApi.Core.Signals;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Events;

/// <summary>Events are kept at least as long as the longest window counts them: else evidence, and events that come late, would be missing from signals.</summary>
internal sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            _ = options.AuditSpan;
            return options.EventsSpan >= SignalWindows.Longest
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"Retention:Events '{options.Events}' is shorter than the longest window that a signal looks back: at least {SignalWindows.Longest.TotalDays:0} days.");
        }
        catch (FormatException malformed)
        {
            return ValidateOptionsResult.Fail(malformed.Message);
        }
    }
}
