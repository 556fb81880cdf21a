using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation.Remembering;

/// <summary>The binary form of a <see cref="RememberedStanding"/>.</summary>
internal static class StandingCodec
{
    public static void Write(ref MemoryWriter writer, RememberedStanding standing)
    {
        writer.Flags(MemoryCodec.Bits(
            standing.At is not null, standing.Signals is not null, standing.Indicators is not null, standing.Override is not null,
            standing.OverridePoints != 0));
        if (standing.At is { } at) writer.Instant(at);
        writer.Number(standing.Score);
        writer.Word(standing.Label);
        writer.Word(standing.JudgedBy);
        if (standing.Signals is { } signals) Write(ref writer, signals);
        if (standing.Indicators is { } indicators)
        {
            writer.Count(indicators.Count);
            foreach (var indicator in indicators) writer.Word(indicator);
        }

        if (standing.Override is { } stated) OverrideCodec.Write(ref writer, stated);
        if (standing.OverridePoints != 0) writer.Number(standing.OverridePoints);
    }

    public static RememberedStanding Read(ref MemoryReader reader)
    {
        var flags = reader.Flags();
        return new RememberedStanding
        {
            At = MemoryCodec.Has(flags, 0) ? reader.Instant() : null,
            Score = reader.Number(),
            Label = reader.Text(),
            JudgedBy = reader.Word(),
            Signals = MemoryCodec.Has(flags, 1) ? Signals(ref reader) : null,
            Indicators = MemoryCodec.Has(flags, 2) ? Indicators(ref reader) : null,
            Override = MemoryCodec.Has(flags, 3) ? OverrideCodec.Read(ref reader) : null,
            OverridePoints = MemoryCodec.Has(flags, 4) ? reader.Number() : 0,
        };
    }

    private static void Write(ref MemoryWriter writer, IReadOnlyDictionary<string, SignalValue> signals)
    {
        writer.Count(signals.Count);
        foreach (var (name, value) in signals)
        {
            writer.Word(name);
            writer.Value(value);
        }
    }

    private static Dictionary<string, SignalValue> Signals(ref MemoryReader reader)
    {
        var count = reader.Count();
        var signals = new Dictionary<string, SignalValue>(count, StringComparer.Ordinal);
        for (var index = 0; index < count; index++) signals[reader.Text()] = reader.Value();
        return signals;
    }

    private static string[] Indicators(ref MemoryReader reader)
    {
        var indicators = new string[reader.Count()];
        for (var index = 0; index < indicators.Length; index++) indicators[index] = reader.Text();
        return indicators;
    }
}
