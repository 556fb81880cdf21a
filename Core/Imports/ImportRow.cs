namespace HealthApi.Core.Imports;

/// <summary>
/// The cells of a row that a mapping reads, in the order of <see cref="ImportMapping.Columns"/>, without leading and trailing white space.
/// </summary>
public readonly struct ImportRow(string[] cells)
{
    /// <summary>The cell; empty if the row does not have it.</summary>
    public string this[int column] => cells[column];
}
