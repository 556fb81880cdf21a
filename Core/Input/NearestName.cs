namespace HealthApi.Core.Input;

/// <summary>
/// Suggests a known name for an unknown one: the candidate with the smallest Levenshtein distance, ignoring case; the first of several.
/// A candidate of which no character is in place is no suggestion. Null without a candidate.
/// </summary>
public static class NearestName
{
    private const int MaxCompared = 64;

    public static string? Of(string name, IEnumerable<string> candidates)
    {
        var compared = name[..Math.Min(name.Length, MaxCompared)];
        return candidates.Select(candidate => (Name: candidate, Distance: Distance(compared, candidate)))
            .Where(candidate => candidate.Distance < Math.Max(compared.Length, candidate.Name.Length))
            .DefaultIfEmpty().MinBy(candidate => candidate.Distance).Name;
    }

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
