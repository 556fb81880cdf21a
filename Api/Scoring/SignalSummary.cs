using HealthApi.Core.Signals;

namespace HealthApi.Api.Scoring;

/// <summary>A signal of the catalogue. <see cref="Window"/> is an ISO 8601 duration, null for a value of the instant.</summary>
internal sealed record SignalSummary(
    string Name, SignalKind Kind, string Unit, string? Window, string Definition, IReadOnlyList<string>? Words, double? Minimum,
    double? Maximum)
{
    public static SignalSummary Of(SignalDefinition signal) =>
        new(signal.Name, signal.Kind, signal.Unit, signal.Window, signal.Definition, signal.Words, signal.Minimum, signal.Maximum);
}
