using HealthApi.Core.Alerts;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation.Remembering;

/// <summary>
/// The compact binary form of an <see cref="AccountMemory"/>: about a sixth of its JSON. What is read equals what was written, and equal
/// memories give equal bytes.
/// </summary>
internal static class MemoryCodec
{
    /// <summary>The first byte. A changed form gets another one, and this one stays readable.</summary>
    private const byte Format = 1;

    public static byte[] Encode(AccountMemory memory)
    {
        var writer = new MemoryWriter(Format, memory.WatchedRisk?.At ?? memory.WatchedHealth?.At ?? DateTimeOffset.UnixEpoch);
        writer.Flags(Bits(
            memory.Disagrees, memory.Score is not null, memory.WatchedHealth is not null, memory.WatchedRisk is not null,
            memory.Override is not null, memory.Notices is not null, memory.OverridePoints != 0, memory.Alerts is not null));
        writer.Word(memory.Model);
        writer.Word(memory.Rules);
        writer.Word(memory.Segment);
        writer.Whole(memory.Revision);
        if (memory.Score is { } score) writer.Number(score);
        writer.Word(memory.Category);
        writer.Word(memory.PreviousCategory);
        writer.Number(memory.RiskScore);
        writer.Word(memory.RiskLevel);
        writer.Whole(memory.Sequence);
        writer.Count(memory.Indicators.Count);
        foreach (var (id, since) in memory.Indicators)
        {
            writer.Word(id);
            writer.Instant(since);
        }

        if (memory.WatchedHealth is { } health) StandingCodec.Write(ref writer, health);
        if (memory.WatchedRisk is { } risk) StandingCodec.Write(ref writer, risk);
        writer.Count(memory.Thresholds.Count);
        foreach (var (id, state) in memory.Thresholds)
        {
            writer.Word(id);
            ThresholdStateCodec.Write(ref writer, state);
        }

        if (memory.Override is { } stated) OverrideCodec.Write(ref writer, stated);
        if (memory.OverridePoints != 0) writer.Number(memory.OverridePoints);
        if (memory.Notices is { } notices) Write(ref writer, notices);
        if (memory.Alerts is { IsEmpty: false } alerts) AlertCodec.Write(ref writer, alerts);
        return writer.Finish();
    }

    /// <exception cref="InvalidDataException">The bytes have another format, or are truncated or corrupt.</exception>
    public static AccountMemory Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new MemoryReader(bytes, Format);
        var flags = reader.Flags();
        var memory = new AccountMemory
        {
            Disagrees = Has(flags, 0),
            Model = reader.Word(),
            Rules = reader.Word(),
            Segment = reader.Word(),
            Revision = reader.Whole(),
            Score = Has(flags, 1) ? reader.Number() : null,
            Category = reader.Text(),
            PreviousCategory = reader.Word(),
            RiskScore = reader.Number(),
            RiskLevel = reader.Text(),
            Sequence = reader.Whole(),
            Indicators = Indicators(ref reader),
            WatchedHealth = Has(flags, 2) ? StandingCodec.Read(ref reader) : null,
            WatchedRisk = Has(flags, 3) ? StandingCodec.Read(ref reader) : null,
            Thresholds = Thresholds(ref reader),
            Override = Has(flags, 4) ? OverrideCodec.Read(ref reader) : null,
            OverridePoints = Has(flags, 6) ? reader.Number() : 0,
            Notices = Has(flags, 5) ? Notices(ref reader) : null,
            Alerts = !Has(flags, 7) ? null : reader.AtEnd ? AlertMemory.None : AlertCodec.Read(ref reader),
        };
        return reader.AtEnd ? memory : throw new InvalidDataException("The memory is corrupt.");
    }

    /// <summary>One bit for each flag, the first one the lowest.</summary>
    internal static byte Bits(params ReadOnlySpan<bool> flags)
    {
        var bits = 0;
        for (var index = 0; index < flags.Length; index++) bits |= flags[index] ? 1 << index : 0;
        return (byte)bits;
    }

    internal static bool Has(byte flags, int index) => (flags & (1 << index)) != 0;

    private static Dictionary<string, DateTimeOffset> Indicators(ref MemoryReader reader)
    {
        var count = reader.Count();
        var indicators = new Dictionary<string, DateTimeOffset>(count, StringComparer.Ordinal);
        for (var index = 0; index < count; index++) indicators[reader.Text()] = reader.Instant();
        return indicators;
    }

    private static Dictionary<string, ThresholdState> Thresholds(ref MemoryReader reader)
    {
        var count = reader.Count();
        var states = new Dictionary<string, ThresholdState>(count, StringComparer.Ordinal);
        for (var index = 0; index < count; index++) states[reader.Text()] = ThresholdStateCodec.Read(ref reader);
        return states;
    }

    private static void Write(ref MemoryWriter writer, NoticeState notices)
    {
        writer.Flags(Bits(
            notices.Subscriptions, notices.ChurnedAt is not null, notices.RenewalDate is not null, notices.Silent is not null));
        if (notices.ChurnedAt is { } churned) writer.Instant(churned);
        if (notices.RenewalDate is { } renewal) writer.Instant(renewal);
        writer.Whole(notices.RenewalDays);
        if (notices.Silent is { } silent) writer.Flags(silent.Mask);
    }

    private static NoticeState Notices(ref MemoryReader reader)
    {
        var flags = reader.Flags();
        return new NoticeState
        {
            Subscriptions = Has(flags, 0),
            ChurnedAt = Has(flags, 1) ? reader.Instant() : null,
            RenewalDate = Has(flags, 2) ? reader.Instant() : null,
            RenewalDays = (int)reader.Whole(),
            Silent = Has(flags, 3) ? new SilentFamilies(reader.Flags()) : null,
        };
    }
}
