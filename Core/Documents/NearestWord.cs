namespace HealthApi.Core.Documents;

/// <summary>Suggests the known word a mistyped one was probably meant to be.</summary>
public static class NearestWord
{
    private const int LongestCompared = 64;

    /// <summary>The candidate with the smallest Levenshtein distance, letter case ignored; the first of the alphabet on a tie.</summary>
    public static string To(string word, IEnumerable<string> candidates)
    {
        var compared = word.Length > LongestCompared ? word[..LongestCompared] : word;
        return candidates.OrderBy(candidate => Distance(compared, candidate)).ThenBy(candidate => candidate, StringComparer.Ordinal).First();
    }

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                var substituted = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
