using System.Text.Json;
using HealthApi.Core.Accounts;

namespace HealthApi.Core.Integrations;

/// <summary>The profile fields that a payload states.</summary>
/// <param name="AsOf">The instant of the statement. Of two statements about a field the newer counts, whichever arrives first.</param>
/// <param name="Overrides">True if the facts replace the profile's values; false if they only fill empty fields.</param>
/// <param name="Values">The values by field name, in the type of the field.</param>
public sealed record AccountFacts(DateTimeOffset AsOf, bool Overrides, IReadOnlyDictionary<string, object> Values)
{
    /// <summary>The names of all fields that a payload may state.</summary>
    public static IEnumerable<string> FieldNames => AccountFactFields.All.Keys;

    /// <summary>The profile with the facts applied; the same instance if they change nothing.</summary>
    public Account Apply(Account account)
    {
        foreach (var (name, value) in Values)
        {
            var field = AccountFactFields.All[name];
            var present = field.Get(account);
            if (value.Equals(present) || (!Overrides && present is not null)) continue;
            account = field.Set(account, value);
        }

        return account;
    }

    /// <summary>The facts about these fields only.</summary>
    public AccountFacts Only(IReadOnlySet<string> names) =>
        this with { Values = Values.Where(pair => names.Contains(pair.Key)).ToDictionary() };

    /// <summary>
    /// Facts from the members of a JSON object. <paramref name="rename"/> maps a member's name to a field's, or to null. Members that are
    /// not fields, or whose value the field cannot hold, are ignored.
    /// </summary>
    internal static AccountFacts Of(DateTimeOffset asOf, bool overrides, JsonElement members, Func<string, string?> rename)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        if (members.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in members.EnumerateObject())
                Add(values, rename(member.Name), member.Value);
        }

        return new AccountFacts(asOf, overrides, values);
    }

    internal static AccountFacts Of(DateTimeOffset asOf, bool overrides, string field, JsonElement value)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        Add(values, field, value);
        return new AccountFacts(asOf, overrides, values);
    }

    private static void Add(Dictionary<string, object> values, string? field, JsonElement value)
    {
        if (field is not null && AccountFactFields.All.TryGetValue(field, out var known) && known.Read(value) is { } read)
            values[field] = read;
    }
}
