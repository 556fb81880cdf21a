using System.Collections.Frozen;
using System.Text;
using HealthApi.Core.Input;
using HealthApi.Core.Signals.Catalogue;

namespace HealthApi.Core.Signals;

/// <summary>Name, kind, unit, window, range and definition of every signal (domain.md §3).</summary>
public static class SignalCatalogue
{
    private const int LongestName = 64;

    private static readonly SignalDefinition[] Definitions =
    [
        .. UsageDefinitions.All
            .Concat(SupportDefinitions.All)
            .Concat(SatisfactionDefinitions.All)
            .Concat(CommercialDefinitions.All)
            .Concat(RelationshipDefinitions.All)
            .OrderBy(definition => definition.Signal),
    ];

    private static readonly FrozenDictionary<string, Signal> ByName =
        Definitions.ToFrozenDictionary(definition => definition.Name, definition => definition.Signal, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Signal>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Every signal, in the order of the <see cref="Signal"/> members.</summary>
    public static IReadOnlyList<SignalDefinition> All => Definitions;

    public static SignalDefinition Get(Signal signal) => Definitions[(int)signal];

    /// <summary>The wire name, such as <c>daysSinceLastActivity</c>.</summary>
    public static string Name(this Signal signal) => Definitions[(int)signal].Name;

    /// <summary>Finds a signal by its exact, case-sensitive wire name.</summary>
    public static bool TryParse(string name, out Signal signal) => ByName.TryGetValue(name, out signal);

    /// <summary>As <see cref="TryParse(string, out Signal)"/>, from UTF-8 and without allocation.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out Signal signal)
    {
        signal = default;
        if (name.Length > LongestName)
        {
            return false;
        }

        Span<char> characters = stackalloc char[LongestName];
        return BySpan.TryGetValue(characters[..Encoding.UTF8.GetChars(name, characters)], out signal);
    }

    /// <summary>The text of an error for a name that is not a signal; it suggests the nearest signal.</summary>
    public static string UnknownDetail(string name) =>
        UnknownWord.Detail(name, "a signal", Definitions.Select(definition => definition.Name));
}
