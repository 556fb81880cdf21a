using System.Text.Json;

namespace HealthApi.Core.Input;

/// <summary>Detects a member that occurs twice in one object, at any depth, while a JSON value is read token by token.</summary>
public sealed class RepeatedNames
{
    private readonly Stack<HashSet<string>> _open = [];

    /// <summary>Takes the current token. True if it is the name of a member that its object already has.</summary>
    /// <exception cref="InvalidOperationException">The name contains half of a surrogate pair.</exception>
    public bool Repeats(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _open.Push(new HashSet<string>(StringComparer.Ordinal));
                return false;
            case JsonTokenType.EndObject:
                _open.Pop();
                return false;
            case JsonTokenType.PropertyName:
                return !_open.Peek().Add(reader.GetString()!);
            default:
                return false;
        }
    }
}
