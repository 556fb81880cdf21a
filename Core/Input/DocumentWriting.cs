using System.Text.Encodings.Web;
using System.Text.Json;

namespace HealthApi.Core.Input;

/// <summary>How documents are written: as people write them, with only what JSON itself needs escaped.</summary>
internal static class DocumentWriting
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
