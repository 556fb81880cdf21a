using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Events;
using HealthApi.Core.Input;

namespace HealthApi.Core.Integrations;

/// <summary>A part of a payload while it is translated. If the vendor gives no usable key, the key is a hash of the part's bytes.</summary>
internal sealed class InboundPart
{
    private const int HashCharacters = 32, LongestKey = 112;

    private readonly byte[] _raw;
    private readonly string? _pointer;

    public InboundPart(JsonElement json, string? key, string? kind, InboundContext context)
    {
        (Json, Context, _pointer) = (json, context, context.CustomerPointer);
        _raw = JsonMarshal.GetRawUtf8Value(json).ToArray();
        Key = key is not null && Identifiers.Check("", key, LongestKey) is null ? key : Hash(_raw);
        Kind = kind is not null && Identifiers.Check("", kind) is null ? kind : "unknown";
    }

    public JsonElement Json { get; }

    public InboundContext Context { get; }

    public string Key { get; }

    public string Kind { get; }

    /// <summary>The customer at the integration's pointer, else <paramref name="vendors"/>, the one at the vendor's usual place.</summary>
    public string? Customer(string? vendors) => Usable((_pointer is { } pointer ? Json.Pointer(pointer).Text() : null) ?? vendors);

    public EventDraft Event(EventType type, DateTimeOffset? at, JsonObject data, string suffix = "") =>
        EventDraft.Of(Key + suffix, type, at, data);

    public InboundItem Change(string? customer, params IReadOnlyList<EventDraft> events) => Change(customer, null, events);

    public InboundItem Change(string? customer, AccountFacts? facts, params IReadOnlyList<EventDraft> events) =>
        Customer(customer) is { } known
        ? new InboundChange
        {
            Key = Key,
            Kind = Kind,
            Raw = _raw,
            Customer = known,
            Events = events,
            Facts = facts is { Values.Count: > 0 }
            ? facts : null
        }
        : Unmapped("The payload names no customer.");

    public InboundItem Link(params IReadOnlyList<CustomerLink> links) =>
        new InboundChange { Key = Key, Kind = Kind, Raw = _raw, Links = [.. links.Where(IsUsable)] };

    public InboundItem Unmapped(string reason, string? customer = null) =>
        new UnmappedPart { Key = Key, Kind = Kind, Raw = _raw, Reason = reason, Customer = Customer(customer) };

    public InboundItem Silent() => new SilentPart { Key = Key, Kind = Kind, Raw = _raw };

    private static bool IsUsable(CustomerLink link) => Usable(link.From) is not null && Usable(link.To) is not null;

    /// <summary>The name, if it is a valid identifier: customers are looked up among external ids, which must be identifiers.</summary>
    private static string? Usable(string? customer) => customer?.Trim() is { } text && Identifiers.Check("", text) is null ? text : null;

    private static string Hash(byte[] raw) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(raw))[..HashCharacters];
}
