using System.Text.Json;
using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Scoring;

/// <summary>Reads one <c>{ "id", "signals" }</c> after another into the same buffers, and adds their mistakes to a list.</summary>
internal sealed class AccountReader(ScoreErrors errors)
{
    private readonly SignalReader _signals = new(errors);

    /// <summary>The id of the last account that was read; null if it has none.</summary>
    public string? Id { get; private set; }

    /// <summary>The signals of the last account that was read.</summary>
    public SignalSet Signals { get; } = new();

    /// <summary>Reads the value at the reader's position and leaves the reader at the value's last token.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A string is not UTF-8, or contains half of a surrogate pair.</exception>
    public void Read(ref Utf8JsonReader json, in AccountPlace place)
    {
        Id = null;
        Signals.Clear();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            errors.Add(place.Pointer(), ErrorCodes.WrongType, "Must be an object with id and signals.");
            json.Skip();
            return;
        }

        bool id = false, signals = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("id"u8)) ReadId(ref json, ref id, place);
            else if (json.ValueTextEquals("signals"u8)) ReadSignals(ref json, ref signals, place);
            else SkipUnknown(ref json, place);
        }

        if (!id) errors.Add(place.Pointer("/id"), ErrorCodes.Required, "'id' is required.");
        if (!signals) errors.Add(place.Pointer("/signals"), ErrorCodes.Required, "'signals' is required.");
    }

    private void ReadId(ref Utf8JsonReader json, ref bool seen, in AccountPlace place)
    {
        Once(ref seen, "/id", place);
        json.Read();
        if (json.TokenType != JsonTokenType.String)
        {
            errors.Add(place.Pointer("/id"), ErrorCodes.WrongType, "Must be a string.");
            json.Skip();
            return;
        }

        Id = json.GetString()!;
        if (Identifiers.Check(place.List, Id) is { } error) errors.Add(error with { Pointer = place.Pointer("/id") });
    }

    private void ReadSignals(ref Utf8JsonReader json, ref bool seen, in AccountPlace place)
    {
        Once(ref seen, "/signals", place);
        json.Read();
        _signals.Read(ref json, Signals, place);
    }

    private void SkipUnknown(ref Utf8JsonReader json, in AccountPlace place)
    {
        var name = json.GetString()!;
        errors.Add(place.Pointer("/" + JsonPointer.Escape(name)), ErrorCodes.UnknownMember, "An account has only id and signals.");
        json.Read();
        json.Skip();
    }

    private void Once(ref bool seen, string member, in AccountPlace place)
    {
        if (seen) errors.Add(place.Pointer(member), DocumentErrorCodes.DuplicateMember, "The account contains this member twice.");
        seen = true;
    }
}
