using System.Text.Json.Nodes;
using HealthApi.Core.Accounts;
using HealthApi.Core.History;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// The profiles of one account over time, to which changes with effective dates are applied. A field that a change states holds from the
/// change's date on until a later profile states the same field. The order in which changes arrive therefore does not matter.
/// </summary>
public sealed class ProfileChain
{
    private const string MrrSetAt = "mrrSetAt", LicencesSetAt = "licencesSetAt", RenewalDateSetAt = "renewalDateSetAt",
        TermsSetAt = "termsSetAt",
        ArrSetAt = "arrSetAt";

    /// <summary>The fields whose profile also holds the time at which they were set, and the name of that time.</summary>
    private static readonly (string Field, string SetAt)[] Clocks =
    [
        ("mrr", MrrSetAt), ("licences", LicencesSetAt), ("renewalDate", RenewalDateSetAt), ("arr", ArrSetAt),
        ("mrr", TermsSetAt), ("licences", TermsSetAt), ("renewalDate", TermsSetAt),
    ];

    private readonly string _id;
    private readonly SortedList<DateTimeOffset, Link> _links = [];
    private readonly SortedSet<DateTimeOffset> _changed = [];

    /// <param name="versions">In order of time; where several hold since the same instant, the last one counts.</param>
    /// <param name="present">The current profile; null where the account is new.</param>
    public ProfileChain(string id, IEnumerable<ProfileVersion> versions, Account? present)
    {
        (_id, Present) = (id, present);
        var before = new List<ProfileVersion>();
        foreach (var version in versions)
        {
            var held = before.LastOrDefault(known => known.RecordedAt <= version.Since)?.Account ?? Bare;
            var stated = version.Stated ?? Differences(held, version.Account);
            var link = _links.TryGetValue(version.Since, out var known) ? known : _links[version.Since] = new Link();
            link.Profile = ToJson(version.Account);
            link.Stated.UnionWith(WithClocks(stated));
            before.Add(version);
        }
    }

    /// <summary>The current profile; null where the account is new.</summary>
    public Account? Present { get; private set; }

    /// <summary>The earliest instant from which a changed profile holds; null where none has changed.</summary>
    internal DateTimeOffset? ChangedFrom => _changed.Count == 0 ? null : _changed.Min;

    /// <summary>The profiles that have changed: the instant from which each holds, its JSON, and the fields it states.</summary>
    internal IEnumerable<(DateTimeOffset Since, string Profile, string Stated)> Changed =>
        _changed.Select(
            since => (since, _links[since].Profile.ToJsonString(), string.Join(' ', _links[since].Stated.Order(StringComparer.Ordinal))));

    private Account Bare => new() { Id = _id, Name = _id };

    /// <summary>The names under which the members of an account document are stored, with the times that belong to them.</summary>
    public static IReadOnlyCollection<string> FieldsOf(IEnumerable<string> members) =>
        WithClocks(members.Select(member => member switch { "segment" => "pinnedSegment", "phase" => "pinnedPhase", _ => member }));

    /// <summary>
    /// Applies a change to the profile that held at its date, and to the later profiles, as far as they do not state the same fields.
    /// </summary>
    /// <returns>Whether a profile has changed.</returns>
    public bool Apply(DatedEdit edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        var held = _links.LastOrDefault(link => link.Key <= edit.At).Value;
        var before = held is null ? null : FromJson(held.Profile);
        if (edit.Change(before) is not { } stated) return false;
        var to = ToJson(stated with
        {
            MrrSetAt = SetAt(MrrSetAt, before?.MrrSetAt ?? before?.TermsSetAt),
            LicencesSetAt = SetAt(LicencesSetAt, before?.LicencesSetAt ?? before?.TermsSetAt),
            RenewalDateSetAt = SetAt(RenewalDateSetAt, before?.RenewalDateSetAt ?? before?.TermsSetAt),
            TermsSetAt = SetAt(TermsSetAt, before?.TermsSetAt),
            ArrSetAt = SetAt(ArrSetAt, before?.ArrSetAt),
        });
        var link = _links.GetValueOrDefault(edit.At);
        var isKnown = link is not null && link.Stated.IsSupersetOf(edit.Fields);
        if (isKnown && edit.Fields.All(name => JsonNode.DeepEquals(link!.Profile[name], to[name]))) return false;
        Put(edit.At, to).UnionWith(edit.Fields);
        var open = edit.Fields.ToHashSet(StringComparer.Ordinal);
        foreach (var later in _links.Keys.Where(since => since > edit.At).ToList()) Inherit(later, to, open);
        Present = FromJson(_links.Values[^1].Profile);
        return true;

        DateTimeOffset? SetAt(string clock, DateTimeOffset? held) => edit.Fields.Contains(clock) ? edit.At : held;
    }

    /// <summary>Copies the changed fields into a later profile, unless this profile or one between it and the change states them.</summary>
    private void Inherit(DateTimeOffset later, JsonObject to, HashSet<string> open)
    {
        var link = _links[later];
        open.ExceptWith(link.Stated);
        if (open.All(name => JsonNode.DeepEquals(link.Profile[name], to[name]))) return;
        var inherited = link.Profile.DeepClone().AsObject();
        foreach (var name in open)
        {
            inherited.Remove(name);
            if (to[name] is { } value) inherited[name] = value.DeepClone();
        }

        Put(later, inherited);
    }

    private HashSet<string> Put(DateTimeOffset since, JsonObject profile)
    {
        var link = _links.TryGetValue(since, out var known) ? known : _links[since] = new Link();
        link.Profile = profile;
        _changed.Add(since);
        return link.Stated;
    }

    /// <summary>
    /// The fields, each with the times that belong to it: earlier versions of the service did not record every time. A time whose field is
    /// missing is dropped.
    /// </summary>
    private static HashSet<string> WithClocks(IEnumerable<string> names)
    {
        HashSet<string> fields = [.. names.Except(Clocks.Select(clock => clock.SetAt))];
        foreach (var (field, clock) in Clocks)
            if (fields.Contains(field)) fields.Add(clock);
        return fields;
    }

    private static IEnumerable<string> Differences(Account before, Account after)
    {
        var (from, to) = (ToJson(before), ToJson(after));
        return from.Concat(to).Select(member => member.Key).Distinct().Where(name => !JsonNode.DeepEquals(from[name], to[name]));
    }

    private static JsonObject ToJson(Account account) => JsonNode.Parse(AccountColumns.ToProfile(account))!.AsObject();

    private static Account FromJson(JsonObject profile) => AccountColumns.FromProfile(profile.ToJsonString());

    private sealed class Link
    {
        public JsonObject Profile { get; set; } = [];

        public HashSet<string> Stated { get; } = new(StringComparer.Ordinal);
    }
}
