using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace HealthApi.Core.Events;

/// <summary>Wire names and families of the event types (domain.md §2).</summary>
public static class EventTypes
{
    private const int LongestName = 64;

    private static readonly FrozenDictionary<string, EventType> ByName =
        Enum.GetValues<EventType>().ToFrozenDictionary(ToWireName, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, EventType>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<EventType, string> Names =
        ByName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Every wire name, such as <c>usage.feature_used</c>.</summary>
    public static IReadOnlyList<string> AllNames { get; } = [.. Enum.GetValues<EventType>().Select(type => Names[type])];

    public static string Name(this EventType type) => Names[type];

    public static bool TryParse(string name, out EventType type) => ByName.TryGetValue(name, out type);

    /// <summary>The wire name in these bytes; null if they are not one.</summary>
    internal static string? Find(ReadOnlySpan<byte> utf8)
    {
        Span<char> name = stackalloc char[LongestName];
        return utf8.Length <= name.Length && Ascii.ToUtf16(utf8, name, out var length) == OperationStatus.Done
            && BySpan.TryGetValue(name[..length], out var type) ? Names[type] : null;
    }

    public static EventFamily Family(this EventType type) => type switch
    {
        <= EventType.UsageSnapshot => EventFamily.Usage,
        <= EventType.TicketClosed => EventFamily.Ticket,
        <= EventType.BillingRenewed => EventFamily.Billing,
        EventType.NpsResponded => EventFamily.Nps,
        EventType.CsatResponded => EventFamily.Csat,
        EventType.CesResponded => EventFamily.Ces,
        _ => EventFamily.Relationship,
    };

    /// <summary>
    /// <c>TicketResolved</c> becomes <c>ticket.resolved</c>: the first word is the family, the others are joined by underscores.
    /// </summary>
    private static string ToWireName(EventType type)
    {
        var words = System.Text.RegularExpressions.Regex.Split(type.ToString(), "(?<=[a-z])(?=[A-Z])");
        return words[0].ToLowerInvariant() + "." + string.Join('_', words[1..]).ToLowerInvariant();
    }
}
