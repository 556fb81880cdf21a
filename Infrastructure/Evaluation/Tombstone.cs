using System.Globalization;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// What is left of an erased account: where in the lanes it was erased. Events before that place are dropped, whenever they come and
/// whether or not there is another account of that id by then.
/// </summary>
/// <param name="ErasedAt">By the clock of the process that erased it.</param>
/// <param name="IsErasing">Its rows are still being deleted; all its events are dropped.</param>
/// <param name="Last">The last row of the lane table before the erasure; null where an older version erased it.</param>
/// <param name="Markers">Markers in the broker's queues that workers may not have met yet.</param>
public sealed record Tombstone(string AccountId, DateTimeOffset ErasedAt, bool IsErasing, LaneRow? Last, IReadOnlyList<LaneMarker> Markers)
{
    /// <summary>
    /// No two processes' clocks differ by more. A marker that the broker has lost would else keep dropping the events of the next account
    /// of the id.
    /// </summary>
    internal static readonly TimeSpan MostSkew = TimeSpan.FromHours(1);

    /// <summary>Markers as a column keeps them: <c>lane:process:number</c>, separated by spaces; null for none.</summary>
    public static string? ToColumn(IReadOnlyList<LaneMarker> markers) => markers.Count == 0
        ? null
        : string.Join(
            ' ',
            markers.Select(marker => string.Create(CultureInfo.InvariantCulture, $"{marker.Lane}:{marker.Id.Process}:{marker.Id.Number}")));

    /// <inheritdoc cref="ToColumn"/>
    public static IReadOnlyList<LaneMarker> FromColumn(string? column) => column is null ? [] : [.. column.Split(' ').Select(ToMarker)];

    /// <summary>Whether the event was accepted before the erasure.</summary>
    /// <param name="message">The message it came in; null where it came by no lane.</param>
    /// <param name="isKnown">Whether there is an account of that id.</param>
    /// <param name="hasMet">Whether the message's lane has delivered a marker before it.</param>
    internal bool Drops(EventEnvelope envelope, LaneMessage? message, bool isKnown, Func<LaneMarker, bool> hasMet)
    {
        if (IsErasing) return true;
        if (message is null) return false;
        // An older version's erasure knows nothing but a time, and ended with the next account of that id.
        if (Last is null) return !isKnown && envelope.ReceivedAt <= ErasedAt;
        if (message.Row is { } row) return row.Table == Last.Table && row.Id <= Last.Id;
        return Markers.FirstOrDefault(marker => marker.Lane == message.Queue) is { } marker && IsBefore(envelope, message, marker, hasMet);
    }

    /// <summary>
    /// A process numbers its own messages, so of those the order is known even where the broker delivers them in another.
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
