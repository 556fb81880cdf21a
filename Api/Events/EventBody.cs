using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Events;
using HealthApi.Core.Events.CloudEvents;
using HealthApi.Core.Input;

namespace HealthApi.Api.Events;

/// <summary>An event that was rejected, with its index in the request.</summary>
internal sealed record RejectedEvent(int Index, string? Id, IReadOnlyList<FieldError> Errors);

/// <summary>The events of a request body: the valid and the rejected ones.</summary>
internal sealed record EventBody(IReadOnlyList<EventEnvelope> Accepted, IReadOnlyList<RejectedEvent> Rejected)
{
    public const int MaxEvents = 5_000;

    /// <summary>
    /// Reads one object, an array, one object per line, a CloudEvent or a batch of CloudEvents, according to the media type.
    /// </summary>
    public static Outcome<EventBody> Read(ReadOnlySpan<byte> body, string mediaType, EventContext context)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body)) return JsonSyntax.Malformed("The body is not valid UTF-8.");
        var collector =
            new Collector(context, mediaType is MediaTypes.CloudEvent or MediaTypes.CloudEventBatch ? ReadCloudEvent : EventReader.Read);
        try
        {
            var problem = mediaType == MediaTypes.NdJson ? ReadLines(body, collector) : ReadDocument(body, mediaType, collector);
            if (problem is not null) return problem;

            // An empty batch of CloudEvents is valid and has no effect (CloudEvents JSON format §4). In the service's own format an empty
            // array is a mistake.
            if (collector.Count == 0 && mediaType != MediaTypes.CloudEventBatch)
                return Problem.Invalid("", ErrorCodes.Required, "The array contains no event.");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return JsonSyntax.Check(body) ?? JsonSyntax.Malformed("The body is not well-formed JSON.");
        }

        return new EventBody(collector.Accepted, collector.Rejected);
    }

    /// <summary>Reads a CloudEvent in binary mode: its attributes are headers, its data is the body.</summary>
    public static Outcome<EventBody> ReadBinary(
        IReadOnlyList<KeyValuePair<string, string>> attributes, ReadOnlySpan<byte> data, EventContext context)
    {
        if (!data.IsEmpty && JsonSyntax.Check(data) is { } malformed) return malformed;
        var reading = CloudEventReader.Read(attributes, data, context);
        if (Refusal(reading) is { } problem) return problem;
        return reading.Envelope is { } envelope ? new EventBody([envelope], [])
            : new EventBody([], [new RejectedEvent(0, reading.Id, reading.Errors)]);
    }

    private static Problem? ReadDocument(ReadOnlySpan<byte> body, string mediaType, Collector collector)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        var problem = reader.TokenType switch
        {
            JsonTokenType.StartObject when mediaType != MediaTypes.CloudEventBatch => ReadSingle(ref reader, body, collector),
            JsonTokenType.StartArray when mediaType != MediaTypes.CloudEvent => ReadArray(ref reader, body, collector),
            _ => JsonSyntax.Malformed(Expected(mediaType)),
        };

        // Reads on to check that nothing follows the document.
        while (problem is null && reader.Read())
        {
        }

        return problem;
    }

    private static Problem? ReadSingle(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Collector collector)
    {
        return Refusal(collector.Add(ref reader, body));
    }

    /// <summary>The 400 of an unreadable event that is the whole request; null for other errors.</summary>
    private static Problem? Refusal(EventReading reading)
    {
        var repeated = reading.Errors.FirstOrDefault(error => error.Code == ErrorCodes.Duplicate);
        if (repeated is not null) return JsonSyntax.Malformed($"The body contains the member at '{repeated.Pointer}' twice.");
        return reading.IsMalformed ? new Problem(ProblemType.InvalidCloudEvent, null, reading.Errors) : null;
    }

    private static string Expected(string mediaType) => mediaType switch
    {
        MediaTypes.CloudEvent => "The body must be one CloudEvent object.",
        MediaTypes.CloudEventBatch => "The body must be an array of CloudEvents.",
        _ => "The body must be one event object or an array of them.",
    };

    private static Problem? ReadArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Collector collector)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (collector.Count == MaxEvents) return TooMany();
            collector.Add(ref reader, body);
        }

        return null;
    }

    private static Problem? ReadLines(ReadOnlySpan<byte> body, Collector collector)
    {
        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            if (collector.Count == MaxEvents) return TooMany();
            if (JsonSyntax.Check(line) is { } malformed) collector.Reject(malformed.Detail!);
            else collector.Add(line);
        }

        return collector.Count == 0 ? JsonSyntax.Malformed("The body contains no event.") : null;
    }

    private static EventReading ReadCloudEvent(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, EventContext context)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return CloudEventReader.Read(body[start..(int)reader.BytesConsumed], context);
    }

    private static Problem TooMany() => new(ProblemType.TooLarge, $"At most {MaxEvents:N0} events per request.");

    /// <summary>Reads the event at whose first token the reader is positioned, up to its last token.</summary>
    private delegate EventReading Reader(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, EventContext context);

    private sealed class Collector(EventContext context, Reader read)
    {
        public List<EventEnvelope> Accepted { get; } = [];

        public List<RejectedEvent> Rejected { get; } = [];

        public int Count { get; private set; }

        public void Add(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            Add(ref reader, json);
        }

        public EventReading Add(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
        {
            var reading = read(ref reader, body, context);
            if (reading.Envelope is { } envelope) Accepted.Add(envelope);
            else Rejected.Add(new RejectedEvent(Count, reading.Id, reading.Errors));
            Count++;
            return reading;
        }

        public void Reject(string detail) => Rejected.Add(new RejectedEvent(Count++, null, [new FieldError("", "invalid_json", detail)]));
    }
}
