namespace HealthApi.Infrastructure.Processing;

/// <summary>Names of the rows in <c>ingestion_counters</c>.</summary>
internal static class IngestionCounters
{
    public const string Processed = "processed", Duplicates = "duplicates", Conflicts = "conflicts", Discarded = "discarded";

    public static string Name(EventFate fate) => fate switch
    {
        EventFate.New => Processed,
        EventFate.Duplicate => Duplicates,
        EventFate.Conflict => Conflicts,
        _ => throw new ArgumentOutOfRangeException(nameof(fate)),
    };
}
