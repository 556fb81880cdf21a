using System.Text.Json;
using HealthApi.Infrastructure.Imports;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// The progress of an import: all files before <paramref name="File"/>, and the first <paramref name="Rows"/> rows of it.
/// </summary>
internal sealed record ImportCheckpoint(int File, long Rows, ImportTally Tally)
{
    public static ImportCheckpoint Start => new(0, 0, new ImportTally());

    public bool IsStart => File == 0 && Rows == 0;

    public static async Task<ImportCheckpoint> FindAsync(ImportCheckpoints checkpoints, string key, CancellationToken cancellation) =>
        await checkpoints.FindAsync(key, cancellation) is { } json ? JsonSerializer.Deserialize<ImportCheckpoint>(json) ?? Start : Start;

    public string ToJson() => JsonSerializer.Serialize(this);
}
