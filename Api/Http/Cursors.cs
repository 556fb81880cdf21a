using System.Buffers.Text;
using System.Text.Json;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;

namespace HealthApi.Api.Http;

/// <summary>Opaque cursors: the position where a page ended, which callers send back unchanged.</summary>
internal static class Cursors
{
    public static string Encode<T>(T position) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(position, Json.Answers));

    /// <summary>Null without a cursor; 400 for one that this service did not issue.</summary>
    public static Problem? Decode<T>(HttpRequest request, out T? position)
        where T : class
    {
        position = null;
        var text = request.Query["cursor"].ToString();
        if (text.Length == 0) return null;
        try
        {
            var json = Base64Url.DecodeFromChars(text);
            if (JsonSyntax.Check(json) is null) position = JsonSerializer.Deserialize<T>(json, Json.Requests);
            if (position is not null) return null;
        }
        catch (Exception failure) when (failure is FormatException or JsonException)
        {
            // Answered below.
        }

        return new Problem(ProblemType.InvalidCursor);
    }
}
