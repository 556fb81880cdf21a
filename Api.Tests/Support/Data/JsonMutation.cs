using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>The kind of change that a mutation makes at one place of a JSON text; <c>Cut</c> removes everything from there on.</summary>
internal enum MutationKind { Replace, Duplicate, Delete, Insert, Cut }

/// <summary>
/// One change of a JSON text. The place is an index, modulo their number, into all values and members; the value is for replacements and
/// inserts.
/// </summary>
internal sealed record JsonMutation(MutationKind Kind, int Place, string Value)
{
    private static readonly string[] Nasty =
    [
        "null", "true", "0", "-0", "-1", "1.5", "1e400", "-1e400", "1e-400", "9223372036854775808", "79228162514264337593543950336",
        new('9', 10_000),
        "\"\"", "\"NaN\"", "\" \"", "\"\\ud800\"", "\"\\u0000\"", "\"a\\u202eb\"", "\"..\"", "\"'; DROP TABLE accounts; --\"", "\"🚀\"",
        "\"a/b~c\"",
        "\"2026-11-20T09:30:00Z\"", "\"2026-11-20\"", "\"0001-01-01\"", "\"9999-12-31T23:59:59Z\"", "\"10000-01-01T00:00:00Z\"",
        "[]", "{}", "[null]", "[[]]", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":[\"\\udc00\"]}}", "NaN", "/**/1", "'a'", "01",
        "\"" + new string('x', 200) + "\"",
        "\"" + new string('x', 40_000) + "\"", new string('[', 70) + new string(']', 70), "\"usage.snapshot\"", "\"nps.responded\"",
        "\"lifecycle\"",
    ];

    public static Gen<JsonMutation> Generator { get; } =
        from kind in Gen.Frequency((6, Gen.Constant(MutationKind.Replace)), (1, Gen.Elements(Enum.GetValues<MutationKind>())))
        from place in Gen.Choose(0, 1_000)
        from value in Gen.Elements(Nasty)
        select new JsonMutation(kind, place, value);

    public static string Apply(string json, IEnumerable<JsonMutation> mutations) =>
        mutations.Aggregate(json, (text, mutation) => mutation.Apply(text));

    private string Apply(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var places = Places(bytes);
        if (places.Count == 0) return json + Value;
        var (start, end) = places[Place % places.Count];
        var (head, part, tail) = (bytes[..start], bytes[start..end], bytes[end..]);
        return Encoding.UTF8.GetString(Kind switch
        {
            MutationKind.Replace => [.. head, .. Encoding.UTF8.GetBytes(Value), .. tail],
            MutationKind.Duplicate => [.. head, .. part, (byte)',', .. part, .. tail],
            MutationKind.Delete => [.. head, .. tail],
            MutationKind.Insert => [.. head, .. Encoding.UTF8.GetBytes(Value), (byte)',', .. part, .. tail],
            _ => head,
        });
    }

    /// <summary>The byte ranges of the values and members, up to the first byte that is not valid JSON.</summary>
    private static List<(int Start, int End)> Places(byte[] json)
    {
        var places = new List<(int, int)>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1_000 });
        try
        {
            while (reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) open.Push(start);
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                    places.Add((open.Pop(), (int)reader.BytesConsumed));
                else if (reader.TokenType == JsonTokenType.PropertyName) places.Add((start, Member(reader)));
                else places.Add((start, (int)reader.BytesConsumed));
            }
        }
        catch (JsonException)
        {
            // An earlier mutation broke the text here.
        }

        return places;
    }

    private static int Member(Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        return (int)reader.BytesConsumed;
    }
}
