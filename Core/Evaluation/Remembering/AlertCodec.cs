using HealthApi.Core.Alerts;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation.Remembering;

/// <summary>The binary form of an <see cref="AlertMemory"/>. An account without a concern has none.</summary>
internal static class AlertCodec
{
    public static void Write(ref MemoryWriter writer, AlertMemory alerts)
    {
        writer.Flags(MemoryCodec.Bits(alerts.Unjudged, alerts.Health is not null, alerts.ChurnRisk is not null));
        writer.Count(alerts.Highs.Count);
        foreach (var high in alerts.Highs)
        {
            writer.Instant(high.At);
            writer.Number(high.Score);
        }

        if (alerts.Health is { } health) Write(ref writer, health);
        if (alerts.ChurnRisk is { } risk) Write(ref writer, risk);
    }

    public static AlertMemory Read(ref MemoryReader reader)
    {
        var flags = reader.Flags();
        return new AlertMemory
        {
            Unjudged = MemoryCodec.Has(flags, 0),
            Highs = Highs(ref reader),
            Health = MemoryCodec.Has(flags, 1) ? State(ref reader) : null,
            ChurnRisk = MemoryCodec.Has(flags, 2) ? State(ref reader) : null,
        };
    }

    private static void Write(ref MemoryWriter writer, AlertState state)
    {
        writer.Flags(MemoryCodec.Bits(
            state.Holds, state.Since is not null, state.Quietly, state.Confirmed, state.Flapping, state.By == CrossingCause.Model,
            state.IsOpen, state.Worst is not null));
        writer.Flags(MemoryCodec.Bits(
            state.UnjudgedSince is not null, state.FellFrom is not null, state.From is not null, state.SnoozedUntil is not null,
            state.ClosedAt is not null, state.FlappingUntil is not null, state.Openings.Count != 0, state.Crossings.Count != 0));
        writer.Whole(state.Count);
        if (state.Since is { } since) writer.Instant(since);
        if (state.IsOpen)
        {
            writer.Whole(state.Open);
            writer.Whole(state.Changes);
            writer.Whole(state.Told);
            writer.Whole(state.Account);
        }

        writer.Whole(state.Rank);
        if (state.Worst is { } worst) Write(ref writer, worst);
        if (state.UnjudgedSince is { } unjudged) writer.Instant(unjudged);
        if (state.FellFrom is { } high) writer.Number(high);
        if (state.From is { } from) StandingCodec.Write(ref writer, from);
        if (state.SnoozedUntil is { } snoozed) writer.Instant(snoozed);
        if (state.ClosedAt is { } closed) writer.Whole(closed);
        if (state.FlappingUntil is { } flapping) writer.Instant(flapping);
        if (state.Openings.Count != 0)
        {
            writer.Count(state.Openings.Count);
            foreach (var opening in state.Openings) writer.Instant(opening);
        }

        if (state.Crossings.Count == 0) return;
        writer.Count(state.Crossings.Count);
        foreach (var crossing in state.Crossings) writer.Word(crossing);
    }

    private static AlertState State(ref MemoryReader reader)
    {
        var (flags, more) = (reader.Flags(), reader.Flags());
        return new AlertState
        {
            Holds = MemoryCodec.Has(flags, 0),
            Quietly = MemoryCodec.Has(flags, 2),
            Confirmed = MemoryCodec.Has(flags, 3),
            Flapping = MemoryCodec.Has(flags, 4),
            By = MemoryCodec.Has(flags, 5) ? CrossingCause.Model : CrossingCause.Data,
            Count = (int)reader.Whole(),
            Since = MemoryCodec.Has(flags, 1) ? reader.Instant() : null,
            Open = MemoryCodec.Has(flags, 6) ? (int)reader.Whole() : 0,
            Changes = MemoryCodec.Has(flags, 6) ? (int)reader.Whole() : 0,
            Told = MemoryCodec.Has(flags, 6) ? (int)reader.Whole() : 0,
            Account = MemoryCodec.Has(flags, 6) ? (int)reader.Whole() : 0,
            Rank = (int)reader.Whole(),
            Worst = MemoryCodec.Has(flags, 7) ? Mark(ref reader) : null,
            UnjudgedSince = MemoryCodec.Has(more, 0) ? reader.Instant() : null,
            FellFrom = MemoryCodec.Has(more, 1) ? reader.Number() : null,
            From = MemoryCodec.Has(more, 2) ? StandingCodec.Read(ref reader) : null,
            SnoozedUntil = MemoryCodec.Has(more, 3) ? reader.Instant() : null,
            ClosedAt = MemoryCodec.Has(more, 4) ? (int)reader.Whole() : null,
            FlappingUntil = MemoryCodec.Has(more, 5) ? reader.Instant() : null,
            Openings = MemoryCodec.Has(more, 6) ? Openings(ref reader) : [],
            Crossings = MemoryCodec.Has(more, 7) ? Crossings(ref reader) : [],
        };
    }

    private static void Write(ref MemoryWriter writer, AlertMark mark)
    {
        writer.Whole(mark.Rank);
        writer.Flags((byte)mark.Severity);
        writer.Value(mark.Score is { } score ? Signals.SignalValue.Of(score) : Signals.SignalValue.Missing);
        writer.Word(mark.Label);
        writer.Instant(mark.At);
    }

    private static AlertMark Mark(ref MemoryReader reader)
    {
        var (rank, severity) = ((int)reader.Whole(), (AlertSeverity)reader.Flags());
        var score = reader.Value();
        return new AlertMark(rank, severity, score.IsMissing ? null : score.Number, reader.Text(), reader.Instant());
    }

    private static ScoreHigh[] Highs(ref MemoryReader reader)
    {
        var highs = new ScoreHigh[reader.Count()];
        for (var index = 0; index < highs.Length; index++) highs[index] = new ScoreHigh(reader.Instant(), reader.Number());
        return highs;
    }

    private static DateTimeOffset[] Openings(ref MemoryReader reader)
    {
        var openings = new DateTimeOffset[reader.Count()];
        for (var index = 0; index < openings.Length; index++) openings[index] = reader.Instant();
        return openings;
    }

    private static string[] Crossings(ref MemoryReader reader)
    {
        var crossings = new string[reader.Count()];
        for (var index = 0; index < crossings.Length; index++) crossings[index] = reader.Text();
        return crossings;
    }
}
