using System.Text.Json;

namespace HealthApi.Core.Input;

/// <summary>Tells, while a JSON value is walked token by token, whether a member stands twice in one object, however deep.</summary>
public sealed class RepeatedNames
{
    private readonly Stack<HashSet<string>> _open = [];

    /// <summary>Takes the token the reader stands on; true on the name of a member that its object has already.</summary>
    /// <exception cref="InvalidOperationException">The name holds half a surrogate pair.</exception>
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
