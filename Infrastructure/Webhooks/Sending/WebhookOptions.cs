using System.ComponentModel.DataAnnotations;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>Outbound webhooks. Section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Webhooks";

    /// <summary>Permits receivers on loopback and private ranges, and plain http.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>The waits after failed attempts, <c>hours:minutes:seconds</c> separated by commas; each varies by ± 20 %.</summary>
    public string RetrySchedule { get; set; } = "00:00:05,00:05:00,00:30:00,02:00:00,05:00:00,10:00:00,14:00:00,20:00:00,24:00:00";

    /// <summary>Deadline for connecting, sending and reading the answer, 1 s to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a dispatcher holds a claimed delivery: an attempt that starts in time ends before the lease does.</summary>
    internal TimeSpan Lease => Timeout + TimeSpan.FromSeconds(15);

    /// <summary><see cref="RetrySchedule"/>, parsed.</summary>
    public RetrySchedule Schedule() => Core.Webhooks.RetrySchedule.TryParse(RetrySchedule)!;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Core.Webhooks.RetrySchedule.TryParse(RetrySchedule) is null)
            yield return new ValidationResult("Webhooks:RetrySchedule is not a list of times such as 00:00:05,00:05:00,24:00:00.");
    }
}
