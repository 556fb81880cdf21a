using System.Text.Json;

namespace HealthApi.Core.Primitives;

/// <summary>Reads JSON numbers as decimals without losing a digit.</summary>
public static class ExactDecimal
{
    /// <summary>The longest text that a decimal can hold without rounding. No number within the service's limits needs more.</summary>
    private const int MaxLength = 28;

    /// <summary>Reads the current number; false if a decimal cannot hold it without rounding. Minus zero is zero.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out decimal value)
    {
        value = 0;
        if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan.Length > MaxLength || !reader.TryGetDecimal(out var read))
            return false;
        if (read == 0) return IsZero(reader.ValueSpan);
        value = read;
        return true;
    }

    /// <summary>A small number such as 1e-30 also reads as zero, but it is not zero.</summary>
    private static bool IsZero(ReadOnlySpan<byte> number)
    {
        var exponent = number.IndexOfAny("eE"u8);
        return (exponent < 0 ? number : number[..exponent]).IndexOfAnyInRange((byte)'1', (byte)'9') < 0;
    }
}
