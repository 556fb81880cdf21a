using System.Text.Json.Nodes;
using HealthApi.Core.Events;

namespace HealthApi.Api.Commands.Import;

/// <summary>The changes to an account that a row states.</summary>
/// <param name="EffectiveAt">The instant from which they hold; null for now.</param>
internal sealed record AccountPatch(
    string File, long Line, string Output, string AccountId, DateTimeOffset? EffectiveAt, JsonObject Fields);

/// <summary>
/// Some rows of one file, read and checked. A chunk is stored as a unit, and an interrupted import resumes after the last stored chunk.
/// </summary>
internal sealed class ImportChunk(int file, long firstRow)
{
    public int File { get; } = file;

    /// <summary>Rows of the file up to the end of this chunk.</summary>
    public long EndRow => firstRow + Rows;

    public long Rows { get; set; }

    public long Unused { get; set; }

    /// <summary>The share of all files that has been read after this chunk, 0 to 1.</summary>
    public double Progress { get; set; }

    public List<AccountPatch> Accounts { get; } = [];

    public List<EventEnvelope> Events { get; } = [];

    public List<Rejection> Rejections { get; } = [];
}
