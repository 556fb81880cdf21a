using System.Data.Common;
using Dapper;
using HealthApi.Core.Events;

namespace HealthApi.Infrastructure.Events;

/// <summary>
/// The counters of events. Each is the sum of several rows, so that lanes that count at the same time do not wait for each other's commits:
/// a transaction adds to the rows of one part.
/// </summary>
internal static class IngestionCounters
{
    public const string Processed = "processed", Duplicates = "duplicates", Conflicts = "conflicts", Discarded = "discarded",
        Dropped = "dropped";

    /// <summary>Rows of a counter. Where the number of lanes divides it, no two lanes share one.</summary>
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
    /// The part that a transaction adds to, by an id of what it is about: for events the account of the first, whose lane nobody else has.
    /// </summary>
    public static int Part(string id) => Lane.Of(id, Parts);

    /// <summary>Adds to a counter.</summary>
    public static Task AddAsync(DbTransaction transaction, string name, int part, long value) =>
        transaction.Connection!.ExecuteAsync(Add, new { Name = name, Part = part, Value = value }, transaction);
}
