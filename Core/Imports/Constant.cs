using System.Text.Json;

namespace HealthApi.Core.Imports;

/// <summary>A scalar that is written unchanged: a text, a number or a flag.</summary>
internal readonly record struct Constant(string? Text, decimal Number, bool? Flag)
{
    private const decimal OneWithAllDecimals = 1.000000000000000000000000000000m;

    public static Constant Of(string text) => new(text, 0, null);

    /// <summary>Trailing zeros are removed, so that 4.0 and 4 give the same content.</summary>
    public static Constant Of(decimal number) => new(null, number / OneWithAllDecimals, null);

    public static Constant Of(bool flag) => new(null, 0, flag);

    public void Write(Utf8JsonWriter json)
    {
        if (Text is not null) json.WriteStringValue(Text);
        else if (Flag is { } flag) json.WriteBooleanValue(flag);
        else json.WriteNumberValue(Number);
    }
}
