using System.Text.Json;
using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Scoring;

/// <summary>
/// Reads the <c>signals</c> object of an account: a number, true or false, or a word, according to the signal's kind; null for a missing
/// value. The error of an unknown name or word suggests the nearest known one.
/// </summary>
internal sealed class SignalReader(ScoreErrors errors)
{
    public void Read(ref Utf8JsonReader json, SignalSet signals, in AccountPlace place)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            errors.Add(place.Pointer("/signals"), ErrorCodes.WrongType, "Must be an object of signals.");
            json.Skip();
            return;
        }

        ulong seen = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryName(ref json, out var signal))
            {
                Unknown(ref json, place);
                continue;
            }

            var bit = 1UL << (int)signal;
            if ((seen & bit) != 0)
                errors.Add(place.Signal(signal.Name()), DocumentErrorCodes.DuplicateMember, "The account contains this signal twice.");
            seen |= bit;
            json.Read();
            signals[signal] = Value(ref json, SignalCatalogue.Get(signal), place);
        }
    }

    private static bool TryName(ref Utf8JsonReader json, out Signal signal) => json.ValueIsEscaped
        ? SignalCatalogue.TryParse(json.GetString()!, out signal)
        : SignalCatalogue.TryParse(json.ValueSpan, out signal);

    private void Unknown(ref Utf8JsonReader json, in AccountPlace place)
    {
        var name = json.GetString()!;
        errors.Add(place.Signal(UnknownWord.Shown(name)), DocumentErrorCodes.UnknownSignal, SignalCatalogue.UnknownDetail(name));
        json.Read();
        json.Skip();
    }

    private SignalValue Value(ref Utf8JsonReader json, SignalDefinition signal, in AccountPlace place) =>
        (json.TokenType, signal.Kind) switch
        {
            (JsonTokenType.Null, _) => SignalValue.Missing,
            (JsonTokenType.Number, SignalKind.Number) => Number(ref json, signal, place),
            (JsonTokenType.True, SignalKind.Flag) => SignalValue.Of(true),
            (JsonTokenType.False, SignalKind.Flag) => SignalValue.Of(false),
            (JsonTokenType.String, SignalKind.Word) => Word(ref json, signal, place),
            _ => WrongType(ref json, signal, place),
        };

    private SignalValue Number(ref Utf8JsonReader json, SignalDefinition signal, in AccountPlace place)
    {
        if (json.TryGetDouble(out var number) && double.IsFinite(number) && !(number < signal.Minimum) && !(number > signal.Maximum))
        {
            // Adding zero turns −0 into 0.
            return SignalValue.Of(number + 0.0);
        }

        errors.Add(place.Signal(signal.Name), ErrorCodes.OutOfRange, $"'{signal.Name}' must be {Range(signal)}.");
        return SignalValue.Missing;
    }

    private static string Range(SignalDefinition signal) => (signal.Minimum, signal.Maximum) switch
    {
        ({ } low, { } high) => $"between {low} and {high}",
        ({ } low, null) => $"a finite number of at least {low}",
        (null, { } high) => $"a finite number of at most {high}",
        _ => "a finite number",
    };

    private SignalValue Word(ref Utf8JsonReader json, SignalDefinition signal, in AccountPlace place)
    {
        foreach (var word in signal.Words!)
        {
            if (json.ValueTextEquals(word)) return SignalValue.Of(word);
        }

        var given = json.GetString()!;
        errors.Add(UnknownWord.Error(place.Signal(signal.Name), given, $"a value of '{signal.Name}'", signal.Words!));
        return SignalValue.Missing;
    }

    private SignalValue WrongType(ref Utf8JsonReader json, SignalDefinition signal, in AccountPlace place)
    {
        var expected = signal.Kind switch
        {
            SignalKind.Flag => "true, false or null",
            SignalKind.Word => $"one of {string.Join(", ", signal.Words!)}, or null",
            _ => "a number or null",
        };
        errors.Add(place.Signal(signal.Name), ErrorCodes.WrongType, $"'{signal.Name}' must be {expected}.");
        json.Skip();
        return SignalValue.Missing;
    }
}

/// <summary>The place of an account in a request. Its pointers are composed only for a mistake.</summary>
internal readonly record struct AccountPlace(string List, long Index)
{
    public string Pointer(string member = "") => $"{List}/{Index}{member}";

    public string Signal(string name) => Pointer("/signals/" + JsonPointer.Escape(name));
}
