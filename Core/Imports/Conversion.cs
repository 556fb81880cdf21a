namespace HealthApi.Core.Imports;

/// <summary>Converts the text of a cell to a value.</summary>
internal abstract record Conversion
{
    /// <summary>The value, or null and an error text.</summary>
    public abstract Constant? Convert(string text, ImportRow row, out string? mistake);
}

internal sealed record ToText : Conversion
{
    public override Constant? Convert(string text, ImportRow row, out string? mistake)
    {
        mistake = null;
        return Constant.Of(text);
    }
}

/// <summary>A number, multiplied by <paramref name="Scale"/> and then rounded if the mapping asks for it.</summary>
internal sealed record ToNumber(bool Whole, decimal Scale, char Separator, NumberRounding? Rounding) : Conversion
{
    private const decimal Largest = 1_000_000_000_000_000m;

    public override Constant? Convert(string text, ImportRow row, out string? mistake)
    {
        mistake = null;
        if (CellText.TryNumber(text, Separator, out var number) && Math.Abs(number) <= Largest)
        {
            number *= Scale;
            if (Rounding is { } rounding) number = rounding.Of(number);
            if (!Whole || number == decimal.Truncate(number)) return Constant.Of(number);
        }

        mistake = $"'{text}' is not a {(Whole ? "whole " : "")}number{(Scale == 1 ? "" : " after scaling")}.";
        return null;
    }
}

internal sealed record ToFlag : Conversion
{
    public override Constant? Convert(string text, ImportRow row, out string? mistake)
    {
        var flag = CellText.ToFlag(text);
        mistake = flag is null ? $"'{text}' is neither true nor false." : null;
        return flag is { } value ? Constant.Of(value) : null;
    }
}
