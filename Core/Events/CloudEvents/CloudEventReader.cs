using System.Text.Json;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Events.CloudEvents;

/// <summary>
/// Reads CloudEvents 1.0.2: <c>subject</c> is the account, <c>time</c> the occurrence, <c>source</c> and <c>id</c> the identity,
/// <c>type</c> one of our event types, <c>data</c> its JSON. What breaks the specification makes the reading malformed; what breaks a rule
/// of ours is told like any event's.
/// </summary>
public static class CloudEventReader
{
    /// <summary>
    /// The largest CloudEvent in bytes: the size that every intermediary must pass on (CloudEvents 1.0.2, "Size Limits").
    /// </summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads the JSON format (structured mode, and one item of a batch).</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    /// <exception cref="InvalidOperationException">A string holds half a surrogate pair.</exception>
    public static EventReading Read(ReadOnlySpan<byte> json, EventContext context)
    {
        if (json.Length > MaxBytes) return TooLarge(null);
        var (form, rules) = (new FieldReader(), new FieldReader());
        var attributes = new CloudEventAttributes(form);
        var document = CloudEventJson.Read(json, attributes, form, rules);
        attributes.CheckComplete();
        return Finish(attributes, document.Data(json), context, form, rules);
    }

    /// <summary>Reads attributes that came apart from the data (binary mode).</summary>
    /// <param name="headers">Names without their prefix, values decoded.</param>
    /// <param name="data">JSON text without a mistake in its syntax; may be empty.</param>
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
            form.Add(
                "/datacontenttype", ErrorCodes.NotAllowed,
                "In binary mode Content-Type tells what the data is; the header ce-datacontenttype must not be sent.");
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
