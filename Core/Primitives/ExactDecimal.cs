using System.Text.Json;

namespace HealthApi.Core.Primitives;

/// <summary>Numbers that must be kept to the digit.</summary>
public static class ExactDecimal
{
    /// <summary>Longer than any number within our limits needs; beyond it a decimal would start to round.</summary>
    private const int MaxLength = 28;

    /// <summary>Reads the number the reader stands on; false where a decimal cannot hold it without rounding. Minus zero is zero.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out decimal value)
    {
        value = 0;
        if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan.Length > MaxLength || !reader.TryGetDecimal(out var read))
            return false;
        if (read == 0) return IsZero(reader.ValueSpan);
        value = read;
        return true;
    }

    /// <summary>1e-30 reads as zero, but is none.</summary>
    private static bool IsZero(ReadOnlySpan<byte> number)
    {
        var exponent = number.IndexOfAny("eE"u8);
        return (exponent < 0 ? number : number[..exponent]).IndexOfAnyInRange((byte)'1', (byte)'9') < 0;
    }
}
