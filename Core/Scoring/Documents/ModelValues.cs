using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring.Documents;

/// <summary>Reads the values that models and churn rules share.</summary>
internal static class ModelValues
{
    public static double? Weight(this ref DocumentReader document) => document.Number(ModelLimits.LowestWeight, ModelLimits.HighestWeight);

    public static double? Points(this ref DocumentReader document) => document.Number(ModelLimits.WorstPoints, ModelLimits.BestPoints);

    public static double? Bound(this ref DocumentReader document) => document.Number(-ModelLimits.LargestNumber, ModelLimits.LargestNumber);

    public static Operator? Operator(this ref DocumentReader document, params IReadOnlyCollection<string> symbols)
        => document.Choice(symbols) is { } symbol && Operators.TryParse(symbol, out var comparison) ? comparison : null;

    public static Signal? Signal(this ref DocumentReader document)
    {
        if (!document.IsText)
        {
            document.WrongType("the name of a signal");
            return null;
        }

        var name = document.Characters();
        if (SignalCatalogue.TryParse(name, out var signal))
        {
            return signal;
        }

        document.Fail(DocumentErrorCodes.UnknownSignal, SignalCatalogue.UnknownDetail(name));
        return null;
    }
}
