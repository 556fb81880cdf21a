using System.Collections.Immutable;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Churn;

/// <summary>
/// Reads <c>{ "signal", "op", "value" }</c>, <c>{ "signal", "op": "missing" }</c>, <c>{ "all": […] }</c> or <c>{ "any": […] }</c>.
/// </summary>
public static class ConditionReader
{
    private const int MostParts = 16;

    /// <summary>
    /// Reads a condition that is a document of its own. <paramref name="pointer"/> is prefixed to the pointers of the errors.
    /// </summary>
    public static Reading<Condition> Read(ReadOnlySpan<byte> utf8, string pointer = "") => DocumentReader.Read(utf8, pointer, Read);

    internal static Condition? Read(ref DocumentReader document)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        var errors = document.ErrorCount;
        var draft = new Draft();
        while (document.NextMember())
        {
            ReadMember(ref document, draft);
        }

        var group = draft.All is not null || draft.Any is not null;
        if (!group && draft.IsMissing)
        {
            document.Require("signal");
            if (document.Had("value")) document.Fail(ErrorCodes.NotAllowed, "A missing signal has no value.", "/value");
        }
        else if (!group)
        {
            document.Require("signal", "op", "value");
        }
        else if (draft is { All: not null, Any: not null } || document.Had("signal") || document.Had("op") || document.Had("value"))
        {
            document.Fail(ErrorCodes.UnknownMember, "A condition is one of all, any, or signal with op and value.");
        }

        return document.ErrorCount > errors ? null : draft.Build(ref document);
    }

    private static void ReadMember(ref DocumentReader document, Draft draft)
    {
        switch (document.Member)
        {
            case "signal": draft.Signal = document.Signal(); break;
            case "op": ReadOperator(ref document, draft); break;
            case "value": draft.Value = ReadValue(ref document); break;
            case "all": draft.All = ReadParts(ref document); break;
            case "any": draft.Any = ReadParts(ref document); break;
            default: document.UnknownMember("signal", "op", "value", "all", "any"); break;
        }
    }

    private static void ReadOperator(ref DocumentReader document, Draft draft)
    {
        var symbol = document.Choice([.. Operators.Symbols, MissingCondition.Symbol]);
        draft.IsMissing = symbol == MissingCondition.Symbol;
        if (symbol is not null && Operators.TryParse(symbol, out var comparison)) draft.Operator = comparison;
    }

    private static SignalValue ReadValue(ref DocumentReader document)
    {
        if (document.IsNumber)
        {
            return SignalValue.Of(document.Bound());
        }

        if (document.IsFlag)
        {
            return document.Flag() is { } flag ? SignalValue.Of(flag) : SignalValue.Missing;
        }

        return document.Text(ModelLimits.LongestName) is { } word ? SignalValue.Of(word) : SignalValue.Missing;
    }

    private static ImmutableArray<Condition> ReadParts(ref DocumentReader document)
    {
        if (!document.BeginArray())
        {
            return [];
        }

        var any = false;
        var parts = ImmutableArray.CreateBuilder<Condition>();
        while (document.NextItem(MostParts))
        {
            any = true;
            if (Read(ref document) is { } part)
            {
                parts.Add(part);
            }
        }

        if (!any)
        {
            document.Fail(DocumentErrorCodes.Incomplete, "At least one condition is needed.");
        }

        return parts.ToImmutable();
    }

    private sealed class Draft
    {
        public Signal? Signal { get; set; }

        public Operator? Operator { get; set; }

        public bool IsMissing { get; set; }

        public SignalValue Value { get; set; }

        public ImmutableArray<Condition>? All { get; set; }

        public ImmutableArray<Condition>? Any { get; set; }

        public Condition? Build(ref DocumentReader document) => this switch
        {
            { All: { } parts } => new AllCondition(parts),
            { Any: { } parts } => new AnyCondition(parts),
            { IsMissing: true } => new MissingCondition(Signal!.Value),
            _ => ConditionRules.Check(ref document, SignalCatalogue.Get(Signal!.Value), Operator!.Value, Value),
        };
    }
}
