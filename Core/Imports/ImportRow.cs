namespace HealthApi.Core.Imports;

/// <summary>
/// The cells of a row that a mapping reads, in the order of <see cref="ImportMapping.Columns"/>, without white space around them.
/// </summary>
public readonly struct ImportRow(string[] cells)
{
    /// <summary>Empty where the row has no such cell.</summary>
    public string this[int column] => cells[column];
}
