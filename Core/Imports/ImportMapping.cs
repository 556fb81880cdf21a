using System.Collections.Immutable;

namespace HealthApi.Core.Imports;

/// <summary>What an output is.</summary>
public enum OutputKind : byte
{
    /// <summary>An account document with its <c>id</c>; what it does not name stays as it is.</summary>
    Account,

    /// <summary>An event as <c>POST /v1/events</c> takes it.</summary>
    Event,
}

/// <summary>How the rows of one kind of file become accounts and events. Data, read by <see cref="ImportMappingReader"/>.</summary>
public sealed record ImportMapping
{
    /// <summary>The member of an account's output that says since when its fields hold; without it, from now on.</summary>
    public const string EffectiveAt = "effectiveAt";

    /// <summary>Source of the events; with their ids it identifies them for ever.</summary>
    public required string Source { get; init; }

    /// <summary>What separates the cells of a CSV file.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Every column that is read, once. In NDJSON a column is a member, or a path of members joined by dots.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Other files whose rows translate a value.</summary>
    public required IReadOnlyDictionary<string, LookupSource> Lookups { get; init; }

    /// <summary>What is made of each row, accounts first.</summary>
    internal ImmutableArray<RowOutput> Outputs { get; init; }
}

/// <summary>
/// A file that translates the texts of its <paramref name="Key"/> column into those of its <paramref name="Value"/> column.
/// </summary>
/// <param name="File">Path, seen from the folder of the imported file.</param>
public sealed record LookupSource(string File, string Key, string Value);

/// <summary>One thing that is made of a row.</summary>
/// <param name="Pointer">Where the mapping says so.</param>
internal sealed record RowOutput(OutputKind Kind, string Pointer, RowCondition? When, ObjectValue Body);
