namespace HealthApi.Infrastructure.Alerts;

/// <summary>
/// What a listing of alerts can be sorted by, with the index that is walked for it. Each index starts with the status, then has the sort
/// values and the id; the columns of the filters follow. Ties are ordered by id.
/// </summary>
/// <param name="Index">The index.</param>
/// <param name="Order">The order of the page.</param>
/// <param name="Ranges">The ranges of the index after a cursor, in their order. Each is one seek.</param>
/// <param name="Column">The instant that it sorts by; null for the sort by severity.</param>
internal sealed record AlertSort(string Index, string Order, IReadOnlyList<string> Ranges, string? Column)
{
    /// <summary>The worst severity first, and within it the account with the largest ARR.</summary>
    public const string Default = "-severity";

    private const string BySeverity = "ix_alerts_by_severity", ByOpening = "ix_alerts_by_opening", ByUpdate = "ix_alerts_by_update";

    private static readonly Dictionary<string, AlertSort> Sorts = new(StringComparer.Ordinal)
    {
        [Default] = new(
            BySeverity,
            " ORDER BY a.severity_rank, a.arr DESC, a.id",
            [
                " AND a.severity_rank = @Rank AND a.arr = @Arr AND a.id > @Id", " AND a.severity_rank = @Rank AND a.arr < @Arr",
                " AND a.severity_rank > @Rank",
            ],
            null),
        ["severity"] = new(
            BySeverity,
            " ORDER BY a.severity_rank DESC, a.arr, a.id DESC",
            [
                " AND a.severity_rank = @Rank AND a.arr = @Arr AND a.id < @Id", " AND a.severity_rank = @Rank AND a.arr > @Arr",
                " AND a.severity_rank < @Rank",
            ],
            null),
        ["openedAt"] = Ascending(ByOpening, "a.opened_at"),
        ["-openedAt"] = Descending(ByOpening, "a.opened_at"),
        ["updatedAt"] = Ascending(ByUpdate, "a.updated_at"),
        ["-updatedAt"] = Descending(ByUpdate, "a.updated_at"),
    };

    /// <summary>The names of the sorts, with their leading minus.</summary>
    public static IReadOnlyCollection<string> Names => Sorts.Keys;

    public static AlertSort Of(string name) => Sorts[name];

    /// <summary>The ranges after a cursor; the whole index without one.</summary>
    public IReadOnlyList<string> After(AlertPosition? after) => after is null ? [""] : Ranges;

    /// <summary>The position of an alert in a listing.</summary>
    public AlertPosition PositionOf(string name, ListedAlert alert) => Column switch
    {
        null => new AlertPosition(name, alert.SeverityRank, alert.SortArr, null, alert.Id),
        "a.opened_at" => new AlertPosition(name, 0, 0, alert.OpenedAt, alert.Id),
        _ => new AlertPosition(name, 0, 0, alert.UpdatedAt, alert.Id),
    };

    private static AlertSort Ascending(string index, string column)
    {
        string[] ranges = [$" AND {column} = @At AND a.id > @Id", $" AND {column} > @At"];
        return new AlertSort(index, $" ORDER BY {column}, a.id", ranges, column);
    }

    private static AlertSort Descending(string index, string column)
    {
        string[] ranges = [$" AND {column} = @At AND a.id < @Id", $" AND {column} < @At"];
        return new AlertSort(index, $" ORDER BY {column} DESC, a.id DESC", ranges, column);
    }
}
