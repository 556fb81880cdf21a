using System.Buffers;
using System.Text.Json;

namespace HealthApi.Core.Events;

/// <summary>JSON as it is kept.</summary>
internal static class JsonText
{
    private static readonly byte[] EmptyObject = [(byte)'{', (byte)'}'];
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same value without white space between tokens; an empty object for no bytes. Numbers keep their digits.</summary>
    public static byte[] Minify(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return EmptyObject;
        if (json.IndexOfAny(" \t\r\n"u8) < 0) return json.ToArray();
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using var writer = new Utf8JsonWriter(buffer, Relaxed);
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        document.RootElement.WriteTo(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
