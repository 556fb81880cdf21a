namespace HealthApi.Infrastructure.Alerts;

/// <summary>Where a page of alerts ended: the sort values of its last alert, and its id.</summary>
/// <param name="Sort">The sort of the listing.</param>
/// <param name="Rank">The rank of the severity; 0 in listings by time.</param>
/// <param name="Arr">The annual recurring revenue; 0 where there is none, and in listings by time.</param>
/// <param name="At">The instant in listings by time; otherwise null.</param>
public sealed record AlertPosition(string Sort, int Rank, decimal Arr, DateTimeOffset? At, string Id);
