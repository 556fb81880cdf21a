using System.Collections.Frozen;
using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Alerts;

/// <summary>
/// When alerts open and are resolved, as data (domain.md §6a): rules for all segments, and what single segments state of their own.
/// <see cref="AlertPolicyReader"/> guarantees the ranges.
/// </summary>
public sealed record AlertPolicy
{
    private readonly FrozenDictionary<string, AlertRules> _bySegment;

    /// <param name="common">The rules for all segments.</param>
    /// <param name="segments">What single segments state, by their ids.</param>
    /// <param name="initial">The values of a metric that only a segment switches on.</param>
    public AlertPolicy(AlertRules common, ImmutableSortedDictionary<string, AlertRulesChange> segments, AlertRules initial)
    {
        Default = common;
        Segments = segments.ToImmutableSortedDictionary(
            pair => pair.Key, pair => pair.Value.CompletedOver(common, initial), StringComparer.Ordinal);
        _bySegment = Segments.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Over(common), StringComparer.Ordinal);
    }

    /// <summary>The built-in policy, read once from its embedded document.</summary>
    public static AlertPolicy BuiltIn { get; } =
        AlertPolicyReader.ReadWhole(EmbeddedDocuments.In("Alerts.Policies").Single()).Required();

    public int Version { get; init; } = 1;

    public string Description { get; init; } = "";

    /// <summary>The rules for segments that state nothing.</summary>
    public AlertRules Default { get; }

    /// <summary>What single segments state of their own, by their ids.</summary>
    public ImmutableSortedDictionary<string, AlertRulesChange> Segments { get; }

    /// <summary>The rules for the accounts of a segment.</summary>
    public AlertRules For(string segment) => _bySegment.GetValueOrDefault(segment, Default);
}
