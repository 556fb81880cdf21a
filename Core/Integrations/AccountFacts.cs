using System.Text.Json;
using HealthApi.Core.Accounts;

namespace HealthApi.Core.Integrations;

/// <summary>What a payload tells of an account's profile, by the names of its fields.</summary>
/// <param name="AsOf">When it was so; of two statements of a field the newer counts, in whatever order they come.</param>
/// <param name="Overrides">Whether it replaces what the profile has, or only fills what it lacks.</param>
public sealed record AccountFacts(DateTimeOffset AsOf, bool Overrides, IReadOnlyDictionary<string, object> Values)
{
    /// <summary>The names of all fields that a payload may tell.</summary>
    public static IEnumerable<string> FieldNames => AccountFactFields.All.Keys;

    /// <summary>The profile with the facts; the same instance where they change nothing.</summary>
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

    public AccountFacts Only(IReadOnlySet<string> names) =>
        this with { Values = Values.Where(pair => names.Contains(pair.Key)).ToDictionary() };

    /// <summary>
    /// Facts of members that have a field's name and a value that it can hold; <paramref name="rename"/> gives a member's field, or null.
    /// </summary>
    internal static AccountFacts Of(DateTimeOffset asOf, bool overrides, JsonElement members, Func<string, string?> rename)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        if (members.ValueKind == JsonValueKind.Object)
            foreach (var member in members.EnumerateObject())
                Add(values, rename(member.Name), member.Value);
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
