using System.Text;
using HealthApi.Core.Input;

namespace HealthApi.Core.Events.CloudEvents;

/// <summary>
/// The context attributes of a CloudEvent. Each is validated by CloudEvents 1.0.2 §3 when it is set: the name has only lower-case letters
/// and digits, the value has no control characters, noncharacters or unpaired surrogates, and no attribute occurs twice. Extension
/// attributes are validated in the same way and otherwise ignored.
/// </summary>
internal sealed class CloudEventAttributes(FieldReader form)
{
    private static readonly string[] Required = ["specversion", "id", "source", "type"];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Adds an attribute. Errors go to the <see cref="FieldReader"/> of the format.</summary>
    public void Set(string name, string value)
    {
        var pointer = "/" + JsonPointer.Escape(name);
        if (name.Length == 0 || !name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character)))
            form.Add(pointer, ErrorCodes.UnknownMember, "The name of a CloudEvents attribute has only lower-case letters and digits.");
        else if (HasBadCharacter(value))
            form.Add(pointer, ErrorCodes.InvalidCharacter, "Must not have control characters, noncharacters or unpaired surrogates.");
        else if (!_values.TryAdd(name, value))
            form.Add(pointer, ErrorCodes.Duplicate, "The attribute is given twice.");
    }

    /// <summary>Records an error for each attribute that the specification requires and that is missing or invalid.</summary>
    public void CheckComplete()
    {
        foreach (var name in Required)
        {
            if (string.IsNullOrEmpty(this[name]) && !form.Errors.Any(error => error.Pointer == "/" + name))
                form.Add("/" + name, ErrorCodes.Required, $"A CloudEvent must have {name}.");
        }

        if (this["specversion"] is { Length: > 0 } version && version != "1.0")
            form.Add("/specversion", ErrorCodes.Unknown, "Only CloudEvents 1.0 is supported.");
        if (this["subject"] is { Length: 0 }) form.Add("/subject", ErrorCodes.Required, "Must not be empty if it is given.");
    }

    private static bool HasBadCharacter(string value)
    {
        for (var rest = value.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done) return true;
            if (rune.Value is < 0x20 or (>= 0x7F and <= 0x9F) or (>= 0xFDD0 and <= 0xFDEF) || (rune.Value & 0xFFFE) == 0xFFFE) return true;
            rest = rest[length..];
        }

        return false;
    }
}
