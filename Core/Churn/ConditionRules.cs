using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Churn;

/// <summary>
/// Checks that a comparison fits its signal: the value has the signal's kind, a word is a known one, and only numbers are compared by
/// order.
/// </summary>
internal static class ConditionRules
{
    public static SignalCondition? Check(ref DocumentReader document, SignalDefinition signal, Operator comparison, SignalValue value)
    {
        if (value.Kind != signal.Kind)
        {
            var (is_, given) = (Noun(signal.Kind), Noun(value.Kind));
            document.Fail(DocumentErrorCodes.KindMismatch, $"'{signal.Name}' is a {is_}; the value is a {given}.", "/value");
            return null;
        }

        if (comparison.IsOrdering() && signal.Kind != SignalKind.Number)
        {
            document.Fail(DocumentErrorCodes.KindMismatch, $"A {Noun(signal.Kind)} has no order: use == or !=.", "/op");
            return null;
        }

        if (value.Word is { } word && signal.Words?.Contains(word) == false)
        {
            document.Fail(ErrorCodes.Unknown, UnknownWord.Detail(word, $"a value of '{signal.Name}'", signal.Words), "/value");
            return null;
        }

        return new SignalCondition(signal.Signal, comparison, value);
    }

    private static string Noun(SignalKind kind) => kind.ToString().ToLowerInvariant();
}
