using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Events;
using HealthApi.Core.Input;

namespace HealthApi.Core.Integrations.Segment;

/// <summary>
/// Messages of Segment's tracking API (segment.com/docs/connections/sources/catalog/libraries/server/http-api), which RudderStack's SDKs
/// send too. A message belongs to its group. A message without a group belongs to the group that was last stated for its user.
/// </summary>
internal static class SegmentTranslator
{
    public const string UserPrefix = "user:";

    private const int LongestUser = Identifiers.MaxLength - 5;

    private static readonly string[] Logins =
        ["logged in", "login", "log in", "signed in", "sign in", "user logged in", "user signed in", "session started"];

    public static InboundItem Translate(JsonElement json, InboundContext context)
    {
        var part = new InboundPart(json, json.Text("messageId"), json.Text("type") ?? context.Call, context);
        return part.Kind switch
        {
            "track" => Track(part),
            "page" or "screen" => Visit(part),
            "identify" => Identify(part),
            "group" => Group(part),
            "alias" => Alias(part),
            _ => part.Unmapped("This kind of message is not mapped."),
        };
    }

    private static InboundItem Track(InboundPart part)
    {
        if (part.Json.Text("event") is not { } name) return part.Unmapped("A track message must name its event.", CustomerOf(part.Json));
        var (user, properties) = (UserOf(part.Json), part.Json.At("properties"));
        var isLogin = Logins.Contains(name.Trim().Replace('_', ' ').ToLowerInvariant());
        var data = User(user);
        data[isLogin ? "event" : "feature"] = isLogin ? name : properties.Text("feature") ?? name;
        if (!isLogin) data["event"] = name;
        if (properties.At("quantity") is { ValueKind: JsonValueKind.Number } && properties.Amount("quantity") is { } quantity and >= 0)
            data["quantity"] = quantity;
        return part.Change(
            CustomerOf(part.Json), part.Event(isLogin ? EventType.UsageLogin : EventType.UsageFeatureUsed, TimeOf(part), data));
    }

    private static InboundItem Visit(InboundPart part)
    {
        var data = User(UserOf(part.Json));
        if ((part.Json.Text("name") ?? part.Json.Text("properties", "path")) is { } name) data[part.Kind] = name;
        return part.Change(CustomerOf(part.Json), part.Event(EventType.UsageActivity, TimeOf(part), data));
    }

    /// <summary>Links the user to its group, if one is stated. Identifying a user does not count as usage.</summary>
    private static InboundItem Identify(InboundPart part)
    {
        if (UserOf(part.Json) is not { } user) return part.Unmapped("The message names no user.");
        if (GroupOf(part.Json) is not { } group) return part.Silent();
        var change = WithFacts(part, group, part.Json.At("traits", "company"));
        return change is InboundChange known ? known with { Links = [new CustomerLink(UserPrefix + user, group, AsOf(part))] } : change;
    }

    private static InboundItem Group(InboundPart part)
    {
        if (part.Json.Text("groupId") is not { } group) return part.Unmapped("A group message must name its group.");
        var change = WithFacts(part, group, part.Json.At("traits"));
        return change is InboundChange known && UserOf(part.Json) is { } user
            ? known with { Links = [new CustomerLink(UserPrefix + user, group, AsOf(part))] } : change;
    }

    private static InboundItem Alias(InboundPart part) => part.Json.Text("previousId") is { } previous && UserOf(part.Json) is { } user
        ? part.Link(new CustomerLink(UserPrefix + previous, UserPrefix + user, AsOf(part)))
        : part.Unmapped("An alias must name the previous and the new user.");

    private static InboundItem WithFacts(InboundPart part, string group, JsonElement traits)
    {
        var change = part.Change(group, AccountFacts.Of(AsOf(part), overrides: true, traits, Field));
        return change is InboundChange known ? known with { CreatesAccount = true } : change;
    }

    private static string? Field(string trait) => trait switch
    {
        "seats" or "licenses" => "licences",
        "createdAt" or "created_at" => "customerSince",
        "renewal_date" => "renewalDate",
        _ => trait,
    };

    private static JsonObject User(string? user) => user is null ? [] : new JsonObject { ["userId"] = user };

    private static string? UserOf(JsonElement json) =>
        (json.Text("userId") ?? json.Text("anonymousId")) is { Length: <= LongestUser } user ? user : null;

    private static string? GroupOf(JsonElement json) => json.Text("context", "groupId") ?? json.Text("context", "traits", "groupId")
        ?? json.Text("properties", "groupId") ?? json.Text("traits", "groupId") ?? json.Text("traits", "company", "id");

    private static string? CustomerOf(JsonElement json) => GroupOf(json) ?? (UserOf(json) is { } user ? UserPrefix + user : null);

    private static DateTimeOffset AsOf(InboundPart part) => TimeOf(part) ?? part.Context.ReceivedAt;

    /// <summary>
    /// Null if the sender's clock is ahead. The event then has no time of its own, so a retry is a duplicate and not a conflict.
    /// </summary>
    private static DateTimeOffset? TimeOf(InboundPart part)
    {
        var stated = InboundTimes.Text(part.Json.At("timestamp")) ?? InboundTimes.Text(part.Json.At("originalTimestamp"));
        return stated <= part.Context.ReceivedAt ? stated : null;
    }
}
