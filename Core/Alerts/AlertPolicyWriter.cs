using System.Text.Json;
using HealthApi.Core.Input;

namespace HealthApi.Core.Alerts;

/// <summary>
/// Writes an alert policy as a document; <see cref="AlertPolicyReader"/> reads it back to the same policy. A segment is written with what
/// it states and nothing else.
/// </summary>
public static class AlertPolicyWriter
{
    /// <summary>The document in UTF-8, without white space.</summary>
    public static byte[] ToUtf8(AlertPolicy policy)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DocumentWriting.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("version", policy.Version);
            if (policy.Description.Length > 0) json.WriteString("description", policy.Description);
            var common = policy.Default;
            WriteHealth(json, common.Health is { } health ? HealthAlertChange.Of(health) : HealthAlertChange.SwitchedOff);
            WriteRisk(json, common.ChurnRisk is { } risk ? RiskAlertChange.Of(risk) : RiskAlertChange.SwitchedOff);
            WriteLimit(json, new OwnerLimit(common.MaxPerOwnerPerWeek));
            json.WriteStartObject("segments");
            foreach (var (id, segment) in policy.Segments) WriteSegment(json, id, segment);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteSegment(Utf8JsonWriter json, string id, AlertRulesChange segment)
    {
        json.WriteStartObject(id);
        if (segment.Health is { } health) WriteHealth(json, health);
        if (segment.ChurnRisk is { } risk) WriteRisk(json, risk);
        if (segment.MaxPerOwnerPerWeek is { } limit) WriteLimit(json, limit);
        json.WriteEndObject();
    }

    private static void WriteHealth(Utf8JsonWriter json, HealthAlertChange health)
    {
        if (health.Off)
        {
            json.WriteNull("health");
            return;
        }

        json.WriteStartObject("health");
        WriteStated(json, "fallPoints", health.FallPoints);
        WriteStated(json, "fallDays", health.FallDays);
        WriteStated(json, "fastFallPoints", health.FastFallPoints);
        WriteStated(json, "confirmHours", health.ConfirmHours);
        WriteStated(json, "releaseHours", health.ReleaseHours);
        WriteStated(json, "leastCoverage", health.LeastCoverage);
        json.WriteEndObject();
    }

    private static void WriteRisk(Utf8JsonWriter json, RiskAlertChange risk)
    {
        if (risk.Off)
        {
            json.WriteNull("churnRisk");
            return;
        }

        json.WriteStartObject("churnRisk");
        if (risk.Level is { } level) json.WriteString("level", level);
        WriteStated(json, "confirmHours", risk.ConfirmHours);
        WriteStated(json, "releaseHours", risk.ReleaseHours);
        json.WriteEndObject();
    }

    private static void WriteStated(Utf8JsonWriter json, string member, double? value)
    {
        if (value is { } stated) json.WriteNumber(member, stated);
    }

    private static void WriteStated(Utf8JsonWriter json, string member, int? value)
    {
        if (value is { } stated) json.WriteNumber(member, stated);
    }

    private static void WriteLimit(Utf8JsonWriter json, OwnerLimit limit)
    {
        if (limit.Most is { } most) json.WriteNumber("maxPerOwnerPerWeek", most);
        else json.WriteNull("maxPerOwnerPerWeek");
    }
}
