namespace HealthApi.Core.Input;

/// <summary>
/// Suggests a known name for an unknown one: the candidate with the smallest Levenshtein distance, ignoring case; the first of several.
/// Null without a candidate.
/// </summary>
public static class NearestName
{
    public static string? Of(string name, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Distance(name.AsSpan(0, Math.Min(name.Length, 64)), candidate));

    private static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var row = new int[right.Length + 1];
        for (var column = 0; column < row.Length; column++) row[column] = column;
        for (var line = 1; line <= left.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column < row.Length; column++)
            {
                var cost = diagonal + (char.ToLowerInvariant(left[line - 1]) == char.ToLowerInvariant(right[column - 1]) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(cost, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[^1];
    }
}
