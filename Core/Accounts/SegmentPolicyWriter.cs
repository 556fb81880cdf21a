using System.Text.Json;
using HealthApi.Core.Input;

namespace HealthApi.Core.Accounts;

/// <summary>Writes a segment policy as a document; <see cref="SegmentPolicyReader"/> reads it back to the same policy.</summary>
public static class SegmentPolicyWriter
{
    /// <summary>The document in UTF-8, without white space.</summary>
    public static byte[] ToUtf8(SegmentPolicy policy)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DocumentWriting.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("version", policy.Version);
            json.WriteStartArray("segments");
            foreach (var segment in policy.Segments) Write(json, segment);
            json.WriteEndArray();
            json.WriteStartObject("phases");
            json.WriteNumber("onboardingDays", policy.Phases.OnboardingDays);
            json.WriteNumber("growthDays", policy.Phases.GrowthDays);
            json.WriteNumber("renewalDays", policy.Phases.RenewalDays);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Segment segment)
    {
        json.WriteStartObject();
        json.WriteString("id", segment.Id);
        if (segment.MinimumArr is { } minimum) json.WriteNumber("minimumArr", minimum);
        else json.WriteNull("minimumArr");
        json.WriteString("touch", segment.Touch);
        json.WriteString("csm", segment.Csm);
        if (segment.BusinessReviewDays is { } days) json.WriteNumber("businessReviewDays", days);
        else json.WriteNull("businessReviewDays");
        json.WriteNumber("firstResponseHours", segment.FirstResponseHours);
        json.WriteEndObject();
    }
}
