using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Accounts;

/// <summary>Reads a segment policy document strictly and reports every error with its JSON pointer.</summary>
public static class SegmentPolicyReader
{
    private const int MostSegments = 32, MostDays = 36_500;

    /// <summary>Reads one document in UTF-8.</summary>
    public static Reading<SegmentPolicy> Read(ReadOnlySpan<byte> utf8) => DocumentReader.Read(utf8, "", ReadPolicy);

    private static SegmentPolicy? ReadPolicy(ref DocumentReader document)
    {
        if (!document.BeginObject()) return null;
        int? version = null;
        ImmutableArray<Segment> segments = [];
        PhasePolicy? phases = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "version": version = document.Integer(1, int.MaxValue); break;
                case "segments": segments = ReadSegments(ref document); break;
                case "phases": phases = ReadPhases(ref document); break;
                default: document.UnknownMember("version", "segments", "phases"); break;
            }
        }

        document.Require("segments", "phases");
        return document.ErrorCount > 0 ? null : new SegmentPolicy(segments, phases!) { Version = version ?? 1 };
    }

    private static ImmutableArray<Segment> ReadSegments(ref DocumentReader document)
    {
        if (!document.BeginArray()) return [];
        var segments = new List<Segment?>();
        while (document.NextItem(MostSegments)) segments.Add(SegmentReader.Read(ref document));
        Check(ref document, segments);
        return [.. segments.OfType<Segment>()];
    }

    /// <summary>
    /// Checks that ids are unique, that minimums descend and that the last one is 0, so that every account has a segment.
    /// </summary>
    /// <param name="segments">An item is null if it could not be read; the others are checked anyway.</param>
    private static void Check(ref DocumentReader document, List<Segment?> segments)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        decimal? lowest = null;
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i] is not { } segment) continue;
            if (!ids.Add(segment.Id)) document.Fail(ErrorCodes.Duplicate, $"The segment '{segment.Id}' is given twice.", $"/{i}/id");
            if (segment.MinimumArr is not { } minimum) continue;
            if (minimum >= lowest)
            {
                document.Fail(
                    DocumentErrorCodes.NotDescending, "Minimums must descend: this one must be below the one before.",
                    $"/{i}/minimumArr");
            }

            lowest = minimum;
        }

        if (lowest is not 0 && !segments.Contains(null))
            document.Fail(DocumentErrorCodes.Incomplete, "The last minimum must be 0, or some accounts would have no segment.");
    }

    private static PhasePolicy? ReadPhases(ref DocumentReader document)
    {
        if (!document.BeginObject()) return null;
        int? onboarding = null, growth = null, renewal = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "onboardingDays": onboarding = document.Integer(0, MostDays); break;
                case "growthDays": growth = document.Integer(0, MostDays); break;
                case "renewalDays": renewal = document.Integer(0, MostDays); break;
                default: document.UnknownMember("onboardingDays", "growthDays", "renewalDays"); break;
            }
        }

        document.Require("onboardingDays", "growthDays", "renewalDays");
        if (growth <= onboarding)
        {
            document.Fail(
                DocumentErrorCodes.Unreachable, "Growth must end after onboarding, or no account would ever be in it.", "/growthDays");
        }

        return onboarding is { } first && growth is { } second && renewal is { } days ? new PhasePolicy(first, second, days) : null;
    }
}
