namespace HealthApi.Core.Signals;

/// <summary>The comparisons that models and rules may use.</summary>
public enum Operator : byte
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// <summary>The symbols and the evaluation of the operators.</summary>
public static class Operators
{
    private static readonly string[] Texts = ["<", "<=", ">", ">=", "==", "!="];

    /// <summary>Every symbol, in the order of the <see cref="Operator"/> members.</summary>
    public static IReadOnlyList<string> Symbols => Texts;

    public static string Symbol(this Operator comparison) => Texts[(int)comparison];

    public static bool TryParse(string symbol, out Operator comparison)
    {
        var index = Array.IndexOf(Texts, symbol);
        comparison = (Operator)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Whether the operator compares by order, which is defined only for numbers.</summary>
    public static bool IsOrdering(this Operator comparison) => comparison is not (Operator.Equal or Operator.NotEqual);

    /// <summary>Compares two numbers, which must already be rounded for bounds.</summary>
    public static bool Holds(this Operator comparison, double left, double right) => comparison switch
    {
        Operator.Less => left < right,
        Operator.LessOrEqual => left <= right,
        Operator.Greater => left > right,
        Operator.GreaterOrEqual => left >= right,
        Operator.Equal => left == right,
        Operator.NotEqual => left != right,
        _ => false,
    };
}
