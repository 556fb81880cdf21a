using System.Text;
using System.Text.Json;
using HealthApi.Api.Problems;
using HealthApi.Core.Alerts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Alerts.Simulating;

namespace HealthApi.Api.Alerts;

/// <summary>The request to simulate an alert policy.</summary>
internal sealed record AlertSimulationDocument
{
    /// <summary>The document of an alert policy; the one in force if absent.</summary>
    public JsonElement? Policy { get; init; }

    /// <summary>The document of churn rules; those in force if absent.</summary>
    public JsonElement? ChurnRules { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Every mistake with its pointer, or the request to store with the job.</summary>
    public Outcome<SimulationRequest> ToRequest(EvaluationPolicy present, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        if (From >= To) errors.Add(new FieldError("/from", ErrorCodes.OutOfRange, "Must be before to."));
        if (To > now) errors.Add(new FieldError("/to", ErrorCodes.OutOfRange, "Must not be in the future."));
        var alerts = Read(Policy, utf8 => AlertPolicyReader.Read(utf8, "/policy"), errors);
        var rules = Read(ChurnRules, utf8 => ChurnRuleSetReader.Read(utf8, "/churnRules"), errors);
        if (errors.Count == 0) errors.AddRange(CheckNames(alerts, rules, present));
        return errors.Count > 0 ? Problem.Invalid(errors) : new SimulationRequest(Policy?.GetRawText(), ChurnRules?.GetRawText(), From, To);
    }

    private static T? Read<T>(JsonElement? document, Bodies.DocumentBody.Reader<T> read, List<FieldError> errors)
        where T : class
    {
        if (document is not { } given) return null;
        var reading = read(Encoding.UTF8.GetBytes(given.GetRawText()));
        errors.AddRange(reading.Errors);
        return reading.Value;
    }

    private static IEnumerable<FieldError> CheckNames(AlertPolicy? alerts, ChurnRuleSet? rules, EvaluationPolicy present)
    {
        var found = AlertPolicyNames.Check(alerts ?? present.Alerts, present.Segments, rules ?? present.Rules);
        return alerts is not null ? found.Select(error => error with { Pointer = "/policy" + error.Pointer })
            : rules is null ? []
            : found.Where(error => error.Pointer.EndsWith("/level", StringComparison.Ordinal)).Take(1)
                .Select(error => error with { Pointer = "/churnRules/levels" });
    }
}
