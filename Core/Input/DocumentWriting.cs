using System.Text.Encodings.Web;
using System.Text.Json;

namespace HealthApi.Core.Input;

/// <summary>How documents are written: only the characters that JSON requires are escaped.</summary>
internal static class DocumentWriting
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
