using System.Text.Json;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Events.CloudEvents;

/// <summary>
/// Reads CloudEvents 1.0.2: <c>subject</c> is the account, <c>time</c> the occurrence, <c>source</c> and <c>id</c> the identity,
/// <c>type</c> an event type of the service, <c>data</c> the event's data. A violation of the specification makes the event malformed
/// (<see cref="EventReading.IsMalformed"/>). A violation of the service's own rules is reported as for any other event.
/// </summary>
public static class CloudEventReader
{
    /// <summary>
    /// The largest CloudEvent in bytes. Every intermediary must forward events up to this size (CloudEvents 1.0.2, "Size Limits").
    /// </summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads the JSON format: an event in structured mode, or one item of a batch.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    /// <exception cref="InvalidOperationException">A string contains half of a surrogate pair.</exception>
    public static EventReading Read(ReadOnlySpan<byte> json, EventContext context)
    {
        if (json.Length > MaxBytes) return TooLarge(null);
        var (form, rules) = (new FieldReader(), new FieldReader());
        var attributes = new CloudEventAttributes(form);
        var document = CloudEventJson.Read(json, attributes, form, rules);
        attributes.CheckComplete();
        return Finish(attributes, document.Data(json), context, form, rules);
    }

    /// <summary>Reads an event in binary mode: the attributes are headers, the data is the body.</summary>
    /// <param name="headers">The attributes: names without the prefix <c>ce-</c>, values decoded.</param>
    /// <param name="data">Well-formed JSON; may be empty.</param>
    public static EventReading Read(IEnumerable<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> data, EventContext context)
    {
        var (form, rules) = (new FieldReader(), new FieldReader());
        var attributes = new CloudEventAttributes(form);
        var size = data.Length;
        foreach (var (name, value) in headers)
        {
            size += name.Length + value.Length;
            attributes.Set(name, value);
        }

        if (attributes["datacontenttype"] is not null)
        {
            form.Add(
                "/datacontenttype", ErrorCodes.NotAllowed,
                "In binary mode Content-Type gives the media type of the data; ce-datacontenttype is not allowed.");
        }

        attributes.CheckComplete();
        return size > MaxBytes ? TooLarge(attributes["id"])
            : Finish(attributes, CloudEventJson.ObjectOrNothing(data, rules), context, form, rules);
    }

    private static EventReading Finish(
        CloudEventAttributes attributes, ReadOnlySpan<byte> data, EventContext context, FieldReader form, FieldReader rules)
    {
        var time = Time(attributes, form);
        if (form.HasErrors) return new EventReading(null, attributes["id"], form.Errors) { IsMalformed = true };
        var members = new EventMembers
        {
            Id = Identifier("id", attributes, rules),
            Type = attributes["type"],
            AccountId = Identifier("subject", attributes, rules),
            Source = Identifier("source", attributes, rules),
            OccurredAt = time,
            AccountPointer = "/subject",
            TimePointer = "/time",
        };
        return EventReader.Finish(members, data, context, rules);
    }

    private static string? Identifier(string name, CloudEventAttributes attributes, FieldReader rules)
    {
        if (attributes[name] is not { } value) return null;
        if (Identifiers.Check("/" + name, value) is not { } error) return value;
        rules.Add(error);
        return null;
    }

    private static DateTimeOffset? Time(CloudEventAttributes attributes, FieldReader form)
    {
        if (attributes["time"] is not { } text) return null;
        if (Rfc3339.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var time)) return time;
        form.Add("/time", ErrorCodes.InvalidFormat, "Must be an RFC 3339 time with offset, such as 2026-11-20T09:30:00Z.");
        return null;
    }

    private static EventReading TooLarge(string? id) =>
        new(null, id, [new FieldError("", ErrorCodes.TooLarge, $"A CloudEvent may have at most {MaxBytes} bytes.")]);
}
