using System.Text;
using HealthApi.Core.Input;

namespace HealthApi.Core.Events.CloudEvents;

/// <summary>
/// The context attributes of a CloudEvent, held to CloudEvents 1.0.2 §3 as they come in: names are lower-case letters and digits, values
/// carry no control characters, noncharacters or halves of surrogate pairs, none is given twice. Extensions are checked alike and let go.
/// </summary>
internal sealed class CloudEventAttributes(FieldReader form)
{
    private static readonly string[] Required = ["specversion", "id", "source", "type"];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Takes an attribute; what breaks a rule is told to the form.</summary>
    public void Set(string name, string value)
    {
        var pointer = "/" + JsonPointer.Escape(name);
        if (name.Length == 0 || !name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character)))
            form.Add(pointer, ErrorCodes.UnknownMember, "Names of CloudEvents attributes are lower-case letters and digits.");
        else if (HasBadCharacter(value))
            form.Add(pointer, ErrorCodes.InvalidCharacter, "Attributes carry no control characters and no halves of characters.");
        else if (!_values.TryAdd(name, value))
            form.Add(pointer, ErrorCodes.Duplicate, "The attribute is given twice.");
    }

    /// <summary>Tells what the specification requires and is not there.</summary>
    public void CheckComplete()
    {
        foreach (var name in Required)
            if (string.IsNullOrEmpty(this[name]) && !form.Errors.Any(error => error.Pointer == "/" + name))
                form.Add("/" + name, ErrorCodes.Required, $"A CloudEvent must have {name}.");
        if (this["specversion"] is { Length: > 0 } version && version != "1.0")
            form.Add("/specversion", ErrorCodes.Unknown, "Only CloudEvents 1.0 is known here.");
        if (this["subject"] is { Length: 0 }) form.Add("/subject", ErrorCodes.Required, "Must not be empty where it is given.");
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
