using System.Text.Json.Nodes;
using HealthApi.Core.Events;

namespace HealthApi.Api.Commands.Import;

/// <summary>Changes to an account that a row asks for.</summary>
/// <param name="EffectiveAt">Since when they hold; null: from now on.</param>
internal sealed record AccountPatch(
    string File, long Line, string Output, string AccountId, DateTimeOffset? EffectiveAt, JsonObject Fields);

/// <summary>Some rows of one file, read and checked: the unit that is stored, and that an interrupted import goes on after.</summary>
internal sealed class ImportChunk(int file, long firstRow)
{
    public int File { get; } = file;

    /// <summary>Rows of the file up to the end of this chunk.</summary>
    public long EndRow => firstRow + Rows;

    public long Rows { get; set; }

    public long Unused { get; set; }

    /// <summary>How much of all files is read after it, 0 to 1.</summary>
    public double Progress { get; set; }

    public List<AccountPatch> Accounts { get; } = [];

    public List<EventEnvelope> Events { get; } = [];

    public List<Rejection> Rejections { get; } = [];
}
