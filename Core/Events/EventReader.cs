using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Events;

/// <summary>The properties that all events of a request share.</summary>
/// <param name="Now">The time of acceptance.</param>
/// <param name="Retention">The longest allowed age of an event.</param>
/// <param name="DefaultSource">The source of events that state none: the name of the API key.</param>
/// <param name="Family">The family that the route accepts, or null for any.</param>
/// <param name="TraceParent">The request's W3C trace context.</param>
public sealed record EventContext(DateTimeOffset Now, TimeSpan Retention, string DefaultSource, EventFamily? Family, string? TraceParent);

/// <summary>An event that was read, or its errors.</summary>
public readonly record struct EventReading(EventEnvelope? Envelope, string? Id, IReadOnlyList<FieldError> Errors)
{
    /// <summary>True if the errors are violations of the format around the event (CloudEvents), not of the event's own rules.</summary>
    public bool IsMalformed { get; init; }
}

/// <summary>Reads and validates one event of a request. Every error is reported, with a pointer relative to the event.</summary>
public static class EventReader
{
    /// <summary>The largest event in bytes.</summary>
    public const int MaxBytes = 32 * 1024;

    /// <summary>
    /// Buffer sizes of the hash: the usual size of data, and the largest size of the account id, the type and the time together.
    /// </summary>
    private const int UsualData = 512, HashedBeside = 10 + (3 * Identifiers.MaxLength);

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    /// <summary>Reads an event from its JSON.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    /// <exception cref="InvalidOperationException">A string contains half of a surrogate pair.</exception>
    public static EventReading Read(ReadOnlySpan<byte> json, EventContext context)
    {
        if (json.Length > MaxBytes) return TooLarge();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return Read(ref reader, json, context);
    }

    /// <summary>Reads the value at whose first token the reader is, to its end.</summary>
    /// <param name="json">The whole text that the reader reads.</param>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    /// <exception cref="InvalidOperationException">A string contains half of a surrogate pair.</exception>
    public static EventReading Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, EventContext context)
    {
        var (fields, start) = (new FieldReader(), reader.TokenStartIndex);
        var members = EventMembers.Read(ref reader, fields);
        return reader.BytesConsumed - start > MaxBytes ? TooLarge() : Finish(members, members.Data(json), context, fields);
    }

    /// <summary>
    /// Validates members that were already read and creates the event. Errors are added to those in <paramref name="fields"/>.
    /// </summary>
    internal static EventReading Finish(EventMembers members, ReadOnlySpan<byte> data, EventContext context, FieldReader fields)
    {
        var type = ReadType(members, context, fields);
        if (members.Id is null) RequireUnlessReported("/id", fields);
        if (members.AccountId is null) RequireUnlessReported(members.AccountPointer, fields);
        CheckTime(members, context, fields);
        fields.ChecksOnly = true;
        if (type is { } known) EventDataReader.Check(known, data, fields);
        return fields.HasErrors
            ? new EventReading(null, members.Id, fields.Errors)
            : new EventReading(ToEnvelope(members, type!.Value, data, context), members.Id, []);
    }

    /// <summary>Decodes the event of an envelope. It was validated when it was accepted.</summary>
    /// <exception cref="FormatException">The data does not fit the event's type, so this service did not write the envelope.</exception>
    public static HealthEvent Open(EventEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var fields = new FieldReader();
        var data = EventDataReader.Read(envelope.Type, envelope.Data.Span, fields);
        return fields.HasErrors
            ? throw new FormatException($"Event data breaks a rule at {fields.Errors[0].Pointer}: {fields.Errors[0].Detail}")
            : new HealthEvent(envelope.Source, envelope.Id, envelope.Type, envelope.AccountId, envelope.OccurredAt, data);
    }

    private static EventReading TooLarge() =>
        new(null, null, [new FieldError("", ErrorCodes.TooLarge, $"An event may have at most {MaxBytes} bytes.")]);

    private static EventType? ReadType(EventMembers members, EventContext context, FieldReader fields)
    {
        if (members.Type is null)
        {
            RequireUnlessReported("/type", fields);
            return null;
        }

        if (!EventTypes.TryParse(members.Type, out var type))
        {
            fields.Add("/type", ErrorCodes.Unknown, UnknownWord.Detail(members.Type, "an event type", EventTypes.AllNames));
            return null;
        }

        if (context.Family is { } family && type.Family() != family)
        {
            fields.Add(
                "/type", ErrorCodes.NotAllowed, $"This route accepts only events of the family {family.ToString().ToLowerInvariant()}.");
        }

        return type;
    }

    private static void CheckTime(EventMembers members, EventContext context, FieldReader fields)
    {
        if (members.OccurredAt is not { } occurredAt) return;
        if (occurredAt > context.Now + ClockTolerance)
            fields.Add(members.TimePointer, ErrorCodes.OutOfRange, "More than 5 minutes ahead of the service's clock.");
        else if (occurredAt < context.Now - context.Retention)
            fields.Add(members.TimePointer, ErrorCodes.OutOfRange, $"Older than the retention of {context.Retention.TotalDays:0} days.");
    }

    private static void RequireUnlessReported(string pointer, FieldReader fields)
    {
        if (!fields.Errors.Any(error => error.Pointer == pointer)) fields.Add(pointer, ErrorCodes.Required, "Must be given.");
    }

    private static EventEnvelope ToEnvelope(EventMembers members, EventType type, ReadOnlySpan<byte> json, EventContext context)
    {
        var data = JsonText.Minify(json);
        return new EventEnvelope
        {
            Source = members.Source ?? context.DefaultSource,
            Id = members.Id!,
            Type = type,
            AccountId = members.AccountId!,
            OccurredAt = members.OccurredAt ?? Instant.Truncate(context.Now),
            ReceivedAt = Instant.Truncate(context.Now),
            ContentHash = Hash(type, members.AccountId!, members.OccurredAt, data),
            TraceParent = context.TraceParent,
            Data = data,
        };
    }

    /// <summary>
    /// A time that the service assigned is not part of the content: an event that is sent again without a time is a duplicate, not a
    /// conflict.
    /// </summary>
    private static long Hash(EventType type, string accountId, DateTimeOffset? occurredAt, ReadOnlySpan<byte> data)
    {
        Span<byte> buffer = data.Length <= UsualData ? stackalloc byte[UsualData + HashedBeside] : new byte[data.Length + HashedBeside];
        buffer[0] = (byte)type;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(buffer[1..], occurredAt?.ToMicroseconds() ?? long.MinValue);
        var length = 9 + StrictUtf8.GetBytes(accountId, buffer[9..]);
        buffer[length++] = 0;
        data.CopyTo(buffer[length..]);
        return (long)XxHash3.HashToUInt64(buffer[..(length + data.Length)]);
    }
}
