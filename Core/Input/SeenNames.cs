using System.Text;
using System.Text.Json;

namespace HealthApi.Core.Input;

/// <summary>
/// Detects a member that occurs twice in one object while the object is read. Up to 16 plain names are remembered by their position in the
/// text, which allocates nothing; after that, or for escaped names, a set is used.
/// </summary>
/// <param name="json">The whole text that the reader reads.</param>
internal ref struct SeenNames(ReadOnlySpan<byte> json)
{
    /// <summary>Two numbers for each name: position and length.</summary>
    private const int Room = 32;

    private readonly ReadOnlySpan<byte> _json = json;
    private Places _places;
    private HashSet<string>? _names;
    private int _used;

    /// <summary>Takes the current name; true if it occurred before.</summary>
    /// <exception cref="InvalidOperationException">The name contains half of a surrogate pair.</exception>
    public bool Repeats(scoped ref Utf8JsonReader reader)
    {
        if (_names is not null || reader.ValueIsEscaped || _used == Room) return !(_names ??= Known()).Add(reader.GetString()!);
        var name = reader.ValueSpan;
        for (var place = 0; place < _used; place += 2)
        {
            if (name.SequenceEqual(At(place)))
                return true;
        }

        (_places[_used], _places[_used + 1]) = ((int)reader.TokenStartIndex + 1, name.Length);
        _used += 2;
        return false;
    }

    private readonly ReadOnlySpan<byte> At(int place) => _json.Slice(_places[place], _places[place + 1]);

    private readonly HashSet<string> Known()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var place = 0; place < _used; place += 2) names.Add(Encoding.UTF8.GetString(At(place)));
        return names;
    }

    [System.Runtime.CompilerServices.InlineArray(Room)]
    private struct Places
    {
        private int _first;
    }
}
