using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation.Remembering;

/// <summary>The binary form of a <see cref="ThresholdState"/>. A state that has never crossed takes about three bytes.</summary>
internal static class ThresholdStateCodec
{
    public static void Write(ref MemoryWriter writer, ThresholdState state)
    {
        var moved = state.Last is not null || state.AcrossSince is not null || state.AcrossBy != default || state.AcrossQuietly
            || state.Count != 0 || state.Open is not null || state.Left is not null;
        writer.Flags(MemoryCodec.Bits(
            state.Above, state.Retired, moved, state.AcrossQuietly, state.Last is not null, state.AcrossSince is not null,
            state.Left is not null));
        writer.Number(state.Bound);
        if (!moved) return;
        if (state.Last is { } last) writer.Whole((long)last);
        if (state.AcrossSince is { } since) writer.Instant(since);
        writer.Whole((long)state.AcrossBy);
        writer.Whole(state.Count);
        writer.Word(state.Open);
        if (state.Left is { } left) StandingCodec.Write(ref writer, left);
    }

    public static ThresholdState Read(ref MemoryReader reader)
    {
        var flags = reader.Flags();
        var state = new ThresholdState
        {
            Above = MemoryCodec.Has(flags, 0),
            Retired = MemoryCodec.Has(flags, 1),
            AcrossQuietly = MemoryCodec.Has(flags, 3),
            Bound = reader.Number(),
        };
        return !MemoryCodec.Has(flags, 2) ? state : state with
        {
            Last = MemoryCodec.Has(flags, 4) ? (CrossingDirection)reader.Whole() : null,
            AcrossSince = MemoryCodec.Has(flags, 5) ? reader.Instant() : null,
            AcrossBy = (CrossingCause)reader.Whole(),
            Count = (int)reader.Whole(),
            Open = reader.Word(),
            Left = MemoryCodec.Has(flags, 6) ? StandingCodec.Read(ref reader) : null,
        };
    }
}
