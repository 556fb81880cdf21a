using HealthApi.Core.Accounts;

namespace HealthApi.Core.Evaluation.Remembering;

/// <summary>The binary form of an <see cref="AccountOverride"/>.</summary>
internal static class OverrideCodec
{
    public static void Write(ref MemoryWriter writer, AccountOverride stated)
    {
        writer.Flags(MemoryCodec.Bits(stated.Score is not null, stated.EndedAt is not null));
        writer.Word(stated.Id);
        if (stated.Score is { } score) writer.Number(score);
        writer.Word(stated.Category);
        writer.Word(stated.Reason);
        writer.Word(stated.SetBy);
        writer.Instant(stated.SetAt);
        writer.Instant(stated.ExpiresAt);
        if (stated.EndedAt is { } ended) writer.Instant(ended);
        writer.Word(stated.EndedBy);
    }

    public static AccountOverride Read(ref MemoryReader reader)
    {
        var flags = reader.Flags();
        return new AccountOverride
        {
            Id = reader.Text(),
            Score = MemoryCodec.Has(flags, 0) ? reader.Number() : null,
            Category = reader.Word(),
            Reason = reader.Text(),
            SetBy = reader.Text(),
            SetAt = reader.Instant(),
            ExpiresAt = reader.Instant(),
            EndedAt = MemoryCodec.Has(flags, 1) ? reader.Instant() : null,
            EndedBy = reader.Word(),
        };
    }
}
