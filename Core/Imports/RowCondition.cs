using System.Collections.Frozen;
using System.Collections.Immutable;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Imports;

/// <summary>Decides whether a row gives an output.</summary>
internal abstract record RowCondition
{
    public abstract bool Holds(ImportRow row);
}

internal sealed record AllRows(ImmutableArray<RowCondition> Parts) : RowCondition
{
    public override bool Holds(ImportRow row) => Parts.All(part => part.Holds(row));
}

internal sealed record AnyRow(ImmutableArray<RowCondition> Parts) : RowCondition
{
    public override bool Holds(ImportRow row) => Parts.Any(part => part.Holds(row));
}

internal sealed record NotRow(RowCondition Part) : RowCondition
{
    public override bool Holds(ImportRow row) => !Part.Holds(row);
}

/// <summary>Whether a cell is empty, or not empty.</summary>
internal sealed record EmptyCell(int Column, bool Empty) : RowCondition
{
    public override bool Holds(ImportRow row) => (row[Column].Length == 0) == Empty;
}

/// <summary>Whether a cell equals one of the texts exactly.</summary>
internal sealed record CellIn(int Column, FrozenSet<string> Texts) : RowCondition
{
    public override bool Holds(ImportRow row) => Texts.Contains(row[Column]);
}

/// <summary>
/// Compares a cell with a constant: numbers as numbers, flags as flags, texts ordinally (which orders ISO dates). If the cell is not of the
/// constant's kind, only <c>!=</c> holds.
/// </summary>
internal sealed record CellCompare(int Column, Operator Operator, Constant Value) : RowCondition
{
    public override bool Holds(ImportRow row) =>
        Compare(row[Column]) is { } order ? Operator.Holds(order, 0) : Operator == Operator.NotEqual;

    private int? Compare(string cell)
    {
        if (Value.Text is { } text) return string.CompareOrdinal(cell, text);
        if (Value.Flag is { } flag) return CellText.ToFlag(cell)?.CompareTo(flag);
        return CellText.TryNumber(cell, '.', out var number) ? number.CompareTo(Value.Number) : null;
    }
}
