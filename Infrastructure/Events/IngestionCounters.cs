using System.Data.Common;
using Dapper;
using HealthApi.Core.Events;

namespace HealthApi.Infrastructure.Events;

/// <summary>
/// The counters of events. Each counter is the sum of several rows, its parts, and a transaction adds to the rows of one part. Lanes that
/// count at the same time therefore do not wait for each other's commits.
/// </summary>
internal static class IngestionCounters
{
    public const string Processed = "processed", Duplicates = "duplicates", Conflicts = "conflicts", Discarded = "discarded",
        Dropped = "dropped";

    /// <summary>Rows per counter. If the number of lanes divides this number, no two lanes share a row.</summary>
    private const int Parts = 16;

    private const string Add = """
        INSERT INTO ingestion_counts (name, part, value) SELECT @Name, @Part, 0 WHERE NOT EXISTS (SELECT 1 FROM ingestion_counts
            WHERE part = @Part AND name = @Name);
        UPDATE ingestion_counts SET value = value + @Value WHERE part = @Part AND name = @Name;
        """;

    public static string Name(EventFate fate) => fate switch
    {
        EventFate.New => Processed,
        EventFate.Duplicate => Duplicates,
        EventFate.Conflict => Conflicts,
        EventFate.Dropped => Dropped,
        _ => throw new ArgumentOutOfRangeException(nameof(fate)),
    };

    /// <summary>
    /// The part that a transaction adds to, derived from an id. For events this is the account of the first event, so that each lane has
    /// its own parts.
    /// </summary>
    public static int Part(string id) => Lane.Of(id, Parts);

    public static Task AddAsync(DbTransaction transaction, string name, int part, long value) =>
        transaction.Connection!.ExecuteAsync(Add, new { Name = name, Part = part, Value = value }, transaction);
}
