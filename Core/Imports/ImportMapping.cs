using System.Collections.Immutable;

namespace HealthApi.Core.Imports;

/// <summary>The kind of an output.</summary>
public enum OutputKind : byte
{
    /// <summary>An account document with its <c>id</c>; fields that it does not name stay unchanged.</summary>
    Account,

    /// <summary>An event as <c>POST /v1/events</c> accepts it.</summary>
    Event,
}

/// <summary>Describes how the rows of a file become accounts and events. Read by <see cref="ImportMappingReader"/>.</summary>
public sealed record ImportMapping
{
    /// <summary>
    /// The member of an account's output that gives the instant from which its fields hold; without it they hold from now on.
    /// </summary>
    public const string EffectiveAt = "effectiveAt";

    /// <summary>The source of the events; together with their ids it identifies them permanently.</summary>
    public required string Source { get; init; }

    /// <summary>The character that separates the cells of a CSV file.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>
    /// The columns that are read, without duplicates. In NDJSON a column is a member, or a path of members joined by dots.
    /// </summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Files that translate values.</summary>
    public required IReadOnlyDictionary<string, LookupSource> Lookups { get; init; }

    /// <summary>The outputs of each row, accounts first.</summary>
    internal ImmutableArray<RowOutput> Outputs { get; init; }
}

/// <summary>
/// A file that translates the texts of its <paramref name="Key"/> column into those of its <paramref name="Value"/> column.
/// </summary>
/// <param name="File">The path, relative to the folder of the imported file.</param>
public sealed record LookupSource(string File, string Key, string Value);

/// <summary>One output of a row: an account or an event.</summary>
/// <param name="Pointer">The place of the output in the mapping document.</param>
internal sealed record RowOutput(OutputKind Kind, string Pointer, RowCondition? When, ObjectValue Body);
