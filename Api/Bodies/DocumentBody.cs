using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;

namespace HealthApi.Api.Bodies;

/// <summary>
/// Reads a request whose body is a policy document (a model, churn rules, the segments) and reports all of its mistakes at once.
/// </summary>
internal static class DocumentBody
{
    /// <summary>Reads a document of one type from UTF-8.</summary>
    public delegate Reading<T> Reader<T>(ReadOnlySpan<byte> utf8)
        where T : class;

    /// <summary>
    /// 415 for a wrong media type, 413 over 1 MiB, 400 for malformed JSON, 422 with a pointer for every mistake in the document.
    /// </summary>
    public static async ValueTask<Outcome<T>> ReadAsync<T>(HttpRequest request, Reader<T> read)
        where T : class
    {
        if ((await RequestJson.ReadBodyAsync(request)).Failed(out var problem, out var body)) return problem;
        using (body)
        {
            if (JsonSyntax.CheckObject(body.Bytes.Span) is { } malformed) return malformed;
            var reading = read(body.Bytes.Span);
            return reading.Value is { } value ? value : Problem.Invalid(reading.Errors);
        }
    }
}
