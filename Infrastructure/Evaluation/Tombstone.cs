using System.Globalization;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Stays after an erasure and records the position in the lanes at which the account was erased. Events before that position are dropped
/// whenever they arrive, also when a new account with the same id exists by then.
/// </summary>
/// <param name="ErasedAt">The time of the erasure by the clock of the process that began it.</param>
/// <param name="IsErasing">Whether rows are still being deleted; all events of the account are then dropped.</param>
/// <param name="Last">The last row of the lane table before the erasure; null where an earlier version erased the account.</param>
/// <param name="Markers">Markers in the broker's queues that workers may not have received yet.</param>
public sealed record Tombstone(string AccountId, DateTimeOffset ErasedAt, bool IsErasing, LaneRow? Last, IReadOnlyList<LaneMarker> Markers)
{
    /// <summary>
    /// The largest difference assumed between the clocks of two processes. Where the broker has lost a marker, only events that were
    /// received before this long after the erasure are dropped; without the limit the events of a new account with the same id would be
    /// dropped too.
    /// </summary>
    internal static readonly TimeSpan MostSkew = TimeSpan.FromHours(1);

    /// <summary>Markers as they are stored: <c>lane:process:number</c>, separated by spaces; null for none.</summary>
    public static string? ToColumn(IReadOnlyList<LaneMarker> markers) => markers.Count == 0
        ? null
        : string.Join(
            ' ',
            markers.Select(marker => string.Create(CultureInfo.InvariantCulture, $"{marker.Lane}:{marker.Id.Process}:{marker.Id.Number}")));

    /// <summary>The inverse of <see cref="ToColumn"/>.</summary>
    public static IReadOnlyList<LaneMarker> FromColumn(string? column) => column is null ? [] : [.. column.Split(' ').Select(ToMarker)];

    /// <summary>Whether the event must be dropped because it was accepted before the erasure.</summary>
    /// <param name="message">The message that brought the event; null where the event did not come through a lane.</param>
    /// <param name="isKnown">Whether an account with the id exists.</param>
    /// <param name="hasMet">Whether the message's lane has delivered the marker before the message.</param>
    internal bool Drops(EventEnvelope envelope, LaneMessage? message, bool isKnown, Func<LaneMarker, bool> hasMet)
    {
        if (IsErasing) return true;
        if (message is null) return false;
        // An erasure by an earlier version recorded only a time, and held until a new account with the id was created.
        if (Last is null) return !isKnown && envelope.ReceivedAt <= ErasedAt;
        if (message.Row is { } row) return row.Table == Last.Table && row.Id <= Last.Id;
        return Markers.FirstOrDefault(marker => marker.Lane == message.Queue) is { } marker && IsBefore(envelope, message, marker, hasMet);
    }

    /// <summary>
    /// The numbers give the order where message and marker are of the same process, even if the broker delivers them in another order.
    /// </summary>
    private bool IsBefore(EventEnvelope envelope, LaneMessage message, LaneMarker marker, Func<LaneMarker, bool> hasMet) =>
        message.Id is { } id && id.Process == marker.Id.Process
            ? id.Number < marker.Id.Number
            : !hasMet(marker) && envelope.ReceivedAt <= ErasedAt + MostSkew;

    private static LaneMarker ToMarker(string text)
    {
        var parts = text.Split(':');
        return new LaneMarker(
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            new LaneMessageId(long.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture)));
    }
}
