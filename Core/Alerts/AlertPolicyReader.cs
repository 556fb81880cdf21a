using System.Collections.Immutable;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring.Documents;

namespace HealthApi.Core.Alerts;

/// <summary>
/// Reads an alert policy document strictly and reports every error with its JSON pointer. What the document leaves out is as in the
/// built-in policy.
/// </summary>
public static class AlertPolicyReader
{
    private const int MostSegments = 32;

    private static readonly string[] Members = ["version", "description", "health", "churnRisk", "maxPerOwnerPerWeek", "segments"];

    /// <summary>
    /// Reads one document in UTF-8. <paramref name="pointer"/> is prefixed to the pointers of the errors if the document is part of a
    /// larger one.
    /// </summary>
    public static Reading<AlertPolicy> Read(ReadOnlySpan<byte> utf8, string pointer = "")
    {
        var draft = DocumentReader.Read(utf8, pointer, ReadPolicy);
        return new Reading<AlertPolicy>(draft.Value?.Build(AlertPolicy.BuiltIn.Default), draft.Errors);
    }

    /// <summary>Reads the built-in document, which states every member.</summary>
    internal static Reading<AlertPolicy> ReadWhole(ReadOnlySpan<byte> utf8)
    {
        var draft = DocumentReader.Read(utf8, "", ReadPolicy);
        return new Reading<AlertPolicy>(draft.Value?.Build(null), draft.Errors);
    }

    private static Draft? ReadPolicy(ref DocumentReader document)
    {
        if (!document.BeginObject()) return null;
        var draft = new Draft();
        var errors = document.ErrorCount;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "version": draft.Version = document.Integer(1, int.MaxValue); break;
                case "description": draft.Description = document.Text(ModelLimits.LongestText); break;
                case "health": draft.Health = AlertRulesReader.ReadHealth(ref document); break;
                case "churnRisk": draft.ChurnRisk = AlertRulesReader.ReadRisk(ref document); break;
                case "maxPerOwnerPerWeek": draft.Limit = AlertRulesReader.ReadLimit(ref document); break;
                case "segments": draft.Segments = ReadSegments(ref document); break;
                default: document.UnknownMember(Members); break;
            }
        }

        return document.ErrorCount > errors ? null : draft;
    }

    private static ImmutableSortedDictionary<string, AlertRulesChange> ReadSegments(ref DocumentReader document)
    {
        var segments = ImmutableSortedDictionary.CreateBuilder<string, AlertRulesChange>(StringComparer.Ordinal);
        if (!document.BeginObject()) return segments.ToImmutable();
        while (document.NextMember())
        {
            var id = document.Member;
            if (!DocumentReader.IsId(id))
                document.Fail(ErrorCodes.InvalidFormat, "A segment's id is 1 to 64 letters, digits, underscores or hyphens.");
            if (segments.Count == MostSegments)
                document.Fail(DocumentErrorCodes.TooMany, $"At most {MostSegments} segments are allowed.");
            if (AlertRulesReader.ReadSegment(ref document) is { } segment) segments[id] = segment;
        }

        return segments.ToImmutable();
    }

    private sealed class Draft
    {
        public int? Version { get; set; }

        public string? Description { get; set; }

        public HealthAlertChange? Health { get; set; }

        public RiskAlertChange? ChurnRisk { get; set; }

        public OwnerLimit? Limit { get; set; }

        public ImmutableSortedDictionary<string, AlertRulesChange> Segments { get; set; } =
            ImmutableSortedDictionary<string, AlertRulesChange>.Empty;

        /// <param name="initial">The values of what is not stated; null where everything is.</param>
        public AlertPolicy Build(AlertRules? initial)
        {
            var common = new AlertRulesChange(Health, ChurnRisk, Limit).Over(initial ?? new AlertRules(null, null, null));
            return new AlertPolicy(common, Segments, initial ?? common) { Version = Version ?? 1, Description = Description ?? "" };
        }
    }
}
