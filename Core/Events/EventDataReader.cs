using System.Text.Json;
using HealthApi.Core.Input;

namespace HealthApi.Core.Events;

/// <summary>
/// Reads an event's <c>data</c> object by the rules of its type (domain.md §2). Unknown members are allowed, and the event log stores them.
/// Known members must have the right type and range, and the members that the type requires must be present.
/// </summary>
internal static class EventDataReader
{
    private static readonly (string, TicketPriority)[] Priorities =
        [("p1", TicketPriority.P1), ("p2", TicketPriority.P2), ("p3", TicketPriority.P3), ("p4", TicketPriority.P4)];
    private static readonly (string, Sentiment)[] Sentiments =
        [("positive", Sentiment.Positive), ("neutral", Sentiment.Neutral), ("negative", Sentiment.Negative)];
    private static readonly (string, EscalationLevel)[] Levels =
        [("normal", EscalationLevel.Normal), ("executive", EscalationLevel.Executive)];

    /// <summary>Reads the data of an event for the fold; errors go to <paramref name="fields"/>.</summary>
    public static EventData Read(EventType type, ReadOnlySpan<byte> data, FieldReader fields)
    {
        var members = Check(type, data, fields);
        return type.Family() switch
        {
            EventFamily.Usage => Usage(type, in members),
            EventFamily.Ticket => new TicketData(
                members.TicketId ?? "", members.Priority, members.Sentiment, members.FirstContactResolution, members.Level),
            EventFamily.Billing => BillingDataReader.Data(in members),
            EventFamily.Nps or EventFamily.Csat
                or EventFamily.Ces => new ResponseData(
                    members.Score ?? 0, members.RespondentId, members.TicketId)
                { ResponseId = members.ResponseId },
            EventFamily.Relationship => new RelationshipData(members.Score, members.Feature),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
    }

    /// <summary>Validates the data without creating a record; errors go to <paramref name="fields"/>.</summary>
    public static EventDataMembers Check(EventType type, ReadOnlySpan<byte> data, FieldReader fields)
    {
        var members = EventDataMembers.Read(type, data, fields);
        Require(type, in members, fields);
        return members;
    }

    public static void Member(
        EventType type, scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ref EventDataMembers members, FieldReader fields)
    {
        var family = type.Family();
        switch (family)
        {
            case EventFamily.Usage: UsageMember(type, name, ref reader, ref members, fields); break;
            case EventFamily.Ticket: TicketMember(name, ref reader, ref members, fields); break;
            case EventFamily.Billing: BillingDataReader.Member(name, ref reader, ref members, fields); break;
            case EventFamily.Relationship: RelationshipMember(name, ref reader, ref members, fields); break;
            default: ResponseMember(family, name, ref reader, ref members, fields); break;
        }
    }

    private static void UsageMember(
        EventType type, scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ref EventDataMembers members, FieldReader fields)
    {
        if (name.SequenceEqual("userId"u8)) members.UserId = fields.Identifier(ref reader, "/data/userId");
        else if (name.SequenceEqual("feature"u8)) members.Feature = fields.Identifier(ref reader, "/data/feature");
        else if (name.SequenceEqual("quantity"u8)) members.Quantity = fields.Amount(ref reader, "/data/quantity");
        else if (type != EventType.UsageSnapshot) EventDataMembers.Unknown(ref reader, fields);
        else if (name.SequenceEqual("activeUsers"u8)) members.ActiveUsers = fields.Whole(ref reader, "/data/activeUsers");
        else if (name.SequenceEqual("dailyActiveUsers"u8)) members.DailyActiveUsers = fields.Whole(ref reader, "/data/dailyActiveUsers");
        else if (name.SequenceEqual("featuresUsed"u8)) members.FeaturesUsed = fields.Whole(ref reader, "/data/featuresUsed");
        else if (name.SequenceEqual("records"u8)) members.Records = fields.Amount(ref reader, "/data/records");
        else if (name.SequenceEqual("views"u8)) members.Views = fields.Amount(ref reader, "/data/views");
        else if (name.SequenceEqual("queries"u8)) members.Queries = fields.Amount(ref reader, "/data/queries");
        else EventDataMembers.Unknown(ref reader, fields);
    }

    private static void TicketMember(
        scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ref EventDataMembers members, FieldReader fields)
    {
        if (name.SequenceEqual("ticketId"u8)) members.TicketId = fields.Identifier(ref reader, "/data/ticketId");
        else if (name.SequenceEqual("priority"u8)) members.Priority = fields.Word(ref reader, "/data/priority", Priorities);
        else if (name.SequenceEqual("sentiment"u8)) members.Sentiment = fields.Word(ref reader, "/data/sentiment", Sentiments);
        else if (name.SequenceEqual("firstContactResolution"u8))
            members.FirstContactResolution = fields.Flag(ref reader, "/data/firstContactResolution");
        else if (name.SequenceEqual("level"u8)) members.Level = fields.Word(ref reader, "/data/level", Levels);
        else EventDataMembers.Unknown(ref reader, fields);
    }

    private static void ResponseMember(
        EventFamily family, scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ref EventDataMembers members, FieldReader fields)
    {
        var (least, most) = family == EventFamily.Nps ? (0, 10) : (1, 5);
        if (name.SequenceEqual("score"u8)) members.Score = fields.Number(ref reader, "/data/score", least, most);
        else if (name.SequenceEqual("respondentId"u8)) members.RespondentId = fields.Identifier(ref reader, "/data/respondentId");
        else if (name.SequenceEqual("responseId"u8)) members.ResponseId = fields.Identifier(ref reader, "/data/responseId");
        else if (name.SequenceEqual("ticketId"u8)) members.TicketId = fields.Identifier(ref reader, "/data/ticketId");
        else if (name.SequenceEqual("comment"u8)) fields.Text(ref reader, "/data/comment");
        else EventDataMembers.Unknown(ref reader, fields);
    }

    private static void RelationshipMember(
        scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ref EventDataMembers members, FieldReader fields)
    {
        if (name.SequenceEqual("score"u8)) members.Score = fields.Number(ref reader, "/data/score", 0, 100);
        else if (name.SequenceEqual("feature"u8)) members.Feature = fields.Identifier(ref reader, "/data/feature");
        else EventDataMembers.Unknown(ref reader, fields);
    }

    private static UsageData Usage(EventType type, in EventDataMembers members) => new()
    {
        UserId = members.UserId,
        Feature = members.Feature,
        Quantity = members.Quantity ?? 1,
        Snapshot = type == EventType.UsageSnapshot
            ? new UsageSnapshot(
                members.ActiveUsers, members.DailyActiveUsers, members.FeaturesUsed, members.Records, members.Views, members.Queries)
            : null,
    };

    /// <summary>Checks the rules of the type beyond the type and range of each member.</summary>
    private static void Require(EventType type, in EventDataMembers members, FieldReader fields)
    {
        switch (type.Family())
        {
            case EventFamily.Ticket:
                Require(members.TicketId is not null, "/data/ticketId", fields);
                break;
            case EventFamily.Nps or EventFamily.Csat or EventFamily.Ces:
                Require(members.Score is not null, "/data/score", fields);
                if (members.Score is { } score && score != Math.Floor(score))
                    fields.Add("/data/score", ErrorCodes.OutOfRange, "Must be a whole number.");
                break;
            case EventFamily.Relationship or EventFamily.Usage:
                if (type == EventType.RelationshipOutcomeReported) Require(members.Score is not null, "/data/score", fields);
                if (type is EventType.RelationshipFeatureRequested or EventType.UsageFeatureUsed)
                    Require(members.Feature is not null, "/data/feature", fields);
                break;
        }
    }

    private static void Require(bool given, string pointer, FieldReader fields)
    {
        // A member that is present but invalid already has an error.
        if (!given && !fields.Errors.Any(error => error.Pointer == pointer))
            fields.Add(pointer, ErrorCodes.Required, "Required for this type of event.");
    }
}
