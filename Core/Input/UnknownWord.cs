namespace HealthApi.Core.Input;

/// <summary>Composes the answer to a word that is not in a closed set: <c>'lgin' is not an event type; did you mean 'login'?</c></summary>
public static class UnknownWord
{
    private const int MaxShown = 64, MaxListed = 20;

    /// <summary>The error of an unknown word: <see cref="Detail"/>, followed by all known words if there are at most 20.</summary>
    /// <param name="pointer">The place of the word.</param>
    /// <param name="given">The word.</param>
    /// <param name="what">The kind of word, with its article: <c>a category</c>, <c>an event type</c>.</param>
    /// <param name="known">The known words.</param>
    public static FieldError Error(string pointer, string given, string what, IReadOnlyCollection<string> known)
    {
        var all = known.Count is 0 or > MaxListed ? "" : $" One of {string.Join(", ", known)}.";
        return new FieldError(pointer, ErrorCodes.Unknown, Detail(given, what, known) + all);
    }

    /// <summary>Names the unknown word and suggests the nearest known one; suggests nothing if no word is known.</summary>
    /// <param name="given">The word.</param>
    /// <param name="what">The kind of word, with its article.</param>
    /// <param name="known">The known words.</param>
    public static string Detail(string given, string what, IEnumerable<string> known) => Suggest(given, what, NearestName.Of(given, known));

    /// <summary>Names the unknown word and suggests another one.</summary>
    /// <param name="given">The word.</param>
    /// <param name="what">The kind of word, with its article.</param>
    /// <param name="nearest">The suggestion; null for none.</param>
    public static string Suggest(string given, string what, string? nearest) =>
        nearest is null ? $"'{Shown(given)}' is not {what}." : $"'{Shown(given)}' is not {what}; did you mean '{nearest}'?";

    /// <summary>The text as a message shows it: its first 64 characters.</summary>
    public static string Shown(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";
}
