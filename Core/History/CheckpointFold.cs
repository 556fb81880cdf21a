using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// Folds an account's log and says where to set checkpoints: the figures of all events up to an instant, encoded as of that instant. A fold
/// that starts from a checkpoint and takes the other events gives, for every instant from it on, the same figures as a fold of the whole
/// log.
/// </summary>
public sealed class CheckpointFold
{
    /// <summary>The events between two checkpoints: at least and at most this many.</summary>
    internal const int LeastSpan = 500, MostSpan = 20_000;

    /// <summary>Checkpoints take about this many bytes for each event of the log, unless they are <see cref="MostSpan"/> apart.</summary>
    private const int BytesPerEvent = 32;

    private readonly AccountFigures _figures;
    private readonly DateTimeOffset? _start;
    private readonly int? _fixedSpan;
    private long _events;
    private int _span;
    private DateTimeOffset? _last, _firstReceived, _lastReceived;

    /// <param name="start">The newest checkpoint, or the baseline; null: the log begins with nothing before it.</param>
    /// <param name="span">The number of events between two checkpoints; null: that of <see cref="SpanOf"/>.</param>
    public CheckpointFold(AccountBaseline? start, int? span = null)
    {
        _fixedSpan = span;
        _figures = start?.Open() ?? new AccountFigures();
        (_start, _firstReceived, _lastReceived) = (start?.Horizon, start?.FirstReceivedAt, start?.LastReceivedAt);
        _span = span ?? SpanOf(start);
    }

    /// <summary>The number of events after a checkpoint at which the next one is due.</summary>
    /// <param name="start">A checkpoint or a baseline; null: the beginning of the log.</param>
    public static int SpanOf(AccountBaseline? start) => Math.Clamp((start?.Figures.Length ?? 0) / BytesPerEvent, LeastSpan, MostSpan);

    /// <summary>Takes an event that happened by the instant at which the fold starts, in any order, before all others.</summary>
    public void TakeLate(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        Apply(logged);
    }

    /// <summary>Takes the next event, oldest first.</summary>
    /// <returns>A checkpoint of the events before this one, where one is due; otherwise null.</returns>
    public AccountBaseline? Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);

        // Where retention prunes the account, the log may have events from before the baseline's horizon.
        var isDue = _events >= _span && logged.Event.OccurredAt > _last && !(_last < _start);
        var due = isDue ? Cut(_last!.Value) : null;
        Apply(logged);
        (_last, _events) = (logged.Event.OccurredAt, _events + 1);
        return due;
    }

    private void Apply(LoggedEvent logged)
    {
        _figures.Apply(logged.Event);
        if (!(_firstReceived <= logged.ReceivedAt)) _firstReceived = logged.ReceivedAt;
        if (!(_lastReceived >= logged.ReceivedAt)) _lastReceived = logged.ReceivedAt;
    }

    private AccountBaseline Cut(DateTimeOffset horizon)
    {
        var figures = _figures.Encode(horizon);
        var cut = new AccountBaseline(horizon, _firstReceived!.Value, _lastReceived!.Value, figures) { IsCheckpoint = true };
        (_events, _span) = (0, _fixedSpan ?? SpanOf(cut));
        return cut;
    }
}
