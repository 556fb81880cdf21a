using System.Text.Json;

namespace HealthApi.Core.Signals;

/// <summary>Writes a signal's value as JSON: a number, true or false, a word, or null where it is missing.</summary>
public static class SignalValueWriter
{
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
