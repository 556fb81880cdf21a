using System.Collections.Immutable;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring.Documents;

namespace HealthApi.Core.Churn;

/// <summary>Reads a churn rule set document strictly and reports every error with its JSON pointer.</summary>
public static class ChurnRuleSetReader
{
    private static readonly string[] Members = ["id", "version", "description", "probabilities", "levels", "indicators"];

    /// <summary>
    /// Reads one document in UTF-8. <paramref name="pointer"/> is prefixed to the pointers of the errors if the document is part of a
    /// larger one.
    /// </summary>
    public static Reading<ChurnRuleSet> Read(ReadOnlySpan<byte> utf8, string pointer = "")
        => DocumentReader.Read(utf8, pointer, ReadRules);

    private static ChurnRuleSet? ReadRules(ref DocumentReader document)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        var rules = new Draft();
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "id": rules.Id = document.Id(); break;
                case "version": rules.Version = document.Integer(1, int.MaxValue); break;
                case "description": rules.Description = document.Text(ModelLimits.LongestText); break;
                case "probabilities": rules.Probabilities = ReadProbabilities(ref document); break;
                case "levels": rules.Levels = ChurnLevelReader.ReadAll(ref document); break;
                case "indicators": rules.Indicators = ChurnIndicatorReader.ReadAll(ref document); break;
                default: document.UnknownMember(Members); break;
            }
        }

        document.Require("id", "probabilities", "levels", "indicators");
        return document.ErrorCount > 0 ? null : rules.Build();
    }

    private static SeverityProbabilities? ReadProbabilities(ref DocumentReader document)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        double? high = null;
        double? medium = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "high": high = ReadProbability(ref document); break;
                case "medium": medium = ReadProbability(ref document); break;
                default: document.UnknownMember("high", "medium"); break;
            }
        }

        document.Require("high", "medium");
        return high is { } worse && medium is { } better ? new SeverityProbabilities(worse, better) : null;
    }

    /// <summary>0 and 1 are excluded: at 0 the indicator would have no effect, at 1 no other indicator would.</summary>
    private static double? ReadProbability(ref DocumentReader document) => document.Number(LowestProbability, 1 - LowestProbability);

    private const double LowestProbability = 1e-6;

    private sealed class Draft
    {
        public string? Id { get; set; }

        public int? Version { get; set; }

        public string? Description { get; set; }

        public SeverityProbabilities? Probabilities { get; set; }

        public ImmutableArray<ChurnLevel> Levels { get; set; } = [];

        public ImmutableArray<ChurnIndicator> Indicators { get; set; } = [];

        public ChurnRuleSet Build() => new()
        {
            Id = Id!,
            Version = Version ?? 1,
            Description = Description ?? "",
            Probabilities = Probabilities!,
            Levels = Levels,
            Indicators = Indicators,
        };
    }
}
