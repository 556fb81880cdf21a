using System.Text;
using System.Text.Json;
using HealthApi.Core.Input;

namespace HealthApi.Core.Events;

/// <summary>
/// The known members of a <c>data</c> object while it is read. A struct that is passed by reference, so that it is not allocated for each
/// event.
/// </summary>
internal struct EventDataMembers
{
    public string? UserId { get; set; }

    public string? Feature { get; set; }

    public decimal? Quantity { get; set; }

    public long? ActiveUsers { get; set; }

    public long? DailyActiveUsers { get; set; }

    public long? FeaturesUsed { get; set; }

    public decimal? Records { get; set; }

    public decimal? Views { get; set; }

    public decimal? Queries { get; set; }

    public string? TicketId { get; set; }

    public TicketPriority? Priority { get; set; }

    public Sentiment? Sentiment { get; set; }

    public bool? FirstContactResolution { get; set; }

    public EscalationLevel? Level { get; set; }

    public string? InvoiceId { get; set; }

    public decimal? Amount { get; set; }

    public string? Currency { get; set; }

    public DateTimeOffset? DueDate { get; set; }

    public decimal? Mrr { get; set; }

    public int? Licences { get; set; }

    public DateTimeOffset? RenewalDate { get; set; }

    public string? SubscriptionId { get; set; }

    public string? Plan { get; set; }

    public int? TermMonths { get; set; }

    public bool? AutoRenew { get; set; }

    public DateTimeOffset? CurrentPeriodEnd { get; set; }

    public bool? CancelAtPeriodEnd { get; set; }

    public DateTimeOffset? EndsAt { get; set; }

    public bool? Paused { get; set; }

    public double? Score { get; set; }

    public string? RespondentId { get; set; }

    public string? ResponseId { get; set; }

    public static EventDataMembers Read(EventType type, ReadOnlySpan<byte> data, FieldReader fields)
    {
        var members = new EventDataMembers();
        if (data.IsEmpty) return members;
        var reader = new Utf8JsonReader(data);
        var names = new SeenNames(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (names.Repeats(ref reader))
                fields.Add("/data/" + JsonPointer.Escape(reader.GetString()!), ErrorCodes.Duplicate, "The member is given twice.");
            var name = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
            reader.Read();
            EventDataReader.Member(type, name, ref reader, ref members, fields);
        }

        return members;
    }

    /// <summary>Skips an unknown member. Its strings must be valid Unicode, and no object in it may have a member twice.</summary>
    public static void Unknown(ref Utf8JsonReader reader, FieldReader fields)
    {
        var depth = reader.CurrentDepth;
        var names = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? new RepeatedNames() : null;
        do
        {
            if (names?.Repeats(ref reader) is true)
                fields.Add("/data", ErrorCodes.Duplicate, $"The nested member '{reader.GetString()}' is given twice.");
            if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped) reader.GetString();
            if (reader.CurrentDepth == depth && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        }
        while (reader.Read());
    }
}
