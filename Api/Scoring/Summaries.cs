using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Scoring;

/// <summary>A model in a list. <see cref="Segments"/> are those it is assigned to, <c>*</c> being the fallback.</summary>
internal sealed record ModelSummary(string Id, int Version, string Name, string Description, bool Active, IReadOnlyList<string> Segments)
{
    private const string Fallback = "*";

    public static ModelSummary Of(HealthModel model, ModelRegistry models)
    {
        var active = model == models.Active;
        return new ModelSummary(model.Id, model.Version, model.Name, model.Description, active, active ? [Fallback] : []);
    }
}

/// <summary>A signal of the catalogue. <see cref="Window"/> is an ISO 8601 duration, null for a figure of the instant.</summary>
internal sealed record SignalSummary(
    string Name, SignalKind Kind, string Unit, string? Window, string Definition, IReadOnlyList<string>? Words, double? Minimum, double? Maximum)
{
    public static SignalSummary Of(SignalDefinition signal) =>
        new(signal.Name, signal.Kind, signal.Unit, signal.Window, signal.Definition, signal.Words, signal.Minimum, signal.Maximum);
}
