using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Events;
using HealthApi.Core.Validation;

namespace HealthApi.Api.Events;

/// <summary>An event that was refused, by its place in the request.</summary>
internal sealed record RejectedEvent(int Index, string? Id, IReadOnlyList<FieldError> Errors);

/// <summary>What a request body holds: the good events and the refused ones.</summary>
internal sealed record EventBody(IReadOnlyList<EventEnvelope> Accepted, IReadOnlyList<RejectedEvent> Rejected)
{
    public const int MaxEvents = 5_000, MaxBytes = 8 * 1024 * 1024;

    /// <summary>Reads one object, an array, or one object a line.</summary>
    public static Outcome<EventBody> Read(ReadOnlySpan<byte> body, string mediaType, EventContext context)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body)) return RequestJson.Malformed("The body is not valid UTF-8.");
        var collector = new Collector(context);
        try
        {
            var problem = mediaType == MediaTypes.NdJson ? ReadLines(body, collector) : ReadDocument(body, collector);
            if (problem is not null) return problem;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return RequestJson.CheckSyntax(body) ?? RequestJson.Malformed("The body is not well-formed JSON.");
        }

        return new EventBody(collector.Accepted, collector.Rejected);
    }

    private static Problem? ReadDocument(ReadOnlySpan<byte> body, Collector collector)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        var problem = reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadSingle(ref reader, body, collector),
            JsonTokenType.StartArray => ReadArray(ref reader, body, collector),
            _ => RequestJson.Malformed("The body must be one event object or an array of them."),
        };

        // Reading on makes sure that nothing follows the document.
        while (problem is null && reader.Read())
        {
        }

        return problem;
    }

    private static Problem? ReadSingle(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Collector collector)
    {
        collector.Add(Value(ref reader, body));
        var repeated = collector.Rejected.SelectMany(rejected => rejected.Errors).FirstOrDefault(error => error.Code == ErrorCodes.Duplicate);
        return repeated is null ? null : RequestJson.Malformed($"The member at '{repeated.Pointer}' is given twice.");
    }

    private static Problem? ReadArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Collector collector)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (collector.Count == MaxEvents) return TooMany();
            collector.Add(Value(ref reader, body));
        }

        return collector.Count == 0 ? Problem.Invalid("", ErrorCodes.Required, "The array holds no event.") : null;
    }

    private static Problem? ReadLines(ReadOnlySpan<byte> body, Collector collector)
    {
        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            if (collector.Count == MaxEvents) return TooMany();
            if (RequestJson.CheckSyntax(line) is { } malformed) collector.Reject(malformed.Detail!);
            else collector.Add(line);
        }

        return collector.Count == 0 ? RequestJson.Malformed("The body holds no event.") : null;
    }

    private static ReadOnlySpan<byte> Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }

    private static Problem TooMany() => new(ProblemType.TooLarge, $"At most {MaxEvents:N0} events a request.");

    private sealed class Collector(EventContext context)
    {
        public List<EventEnvelope> Accepted { get; } = [];

        public List<RejectedEvent> Rejected { get; } = [];

        public int Count { get; private set; }

        public void Add(ReadOnlySpan<byte> json)
        {
            var reading = EventReader.Read(json, context);
            if (reading.Envelope is { } envelope) Accepted.Add(envelope);
            else Rejected.Add(new RejectedEvent(Count, reading.Id, reading.Errors));
            Count++;
        }

        public void Reject(string detail) => Rejected.Add(new RejectedEvent(Count++, null, [new FieldError("", "invalid_json", detail)]));
    }
}
