using System.Globalization;
using System.Text.Json;

namespace HealthApi.Core.Signals;

/// <summary>Writes a signal's value.</summary>
public static class SignalValueWriter
{
    /// <summary>The value as text for sentences: a number with at most two decimals, true or false, a word, or <c>missing</c>.</summary>
    internal static string Shown(this SignalValue value) => value switch
    {
        { IsMissing: true } => "missing",
        { Kind: SignalKind.Flag } => value.Flag ? "true" : "false",
        { Kind: SignalKind.Word } => value.Word!,
        _ => Math.Round(value.Number, 2).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Writes the value as JSON: a number, true or false, a word, or null if missing.</summary>
    public static void WriteTo(this SignalValue value, Utf8JsonWriter json)
    {
        switch (value)
        {
            case { IsMissing: true }: json.WriteNullValue(); break;
            case { Kind: SignalKind.Flag }: json.WriteBooleanValue(value.Flag); break;
            case { Kind: SignalKind.Word }: json.WriteStringValue(value.Word); break;
            default: json.WriteNumberValue(value.Number); break;
        }
    }
}
