namespace HealthApi.Core.Input;

/// <summary>The error for a word that is not in a closed set.</summary>
public static class UnknownWord
{
    private const int MaxShown = 60, MaxListed = 20;

    /// <summary>The text names the word, suggests the nearest known one, and lists all known words if there are at most 20.</summary>
    /// <param name="pointer">The place of the word.</param>
    /// <param name="given">The word.</param>
    /// <param name="what">The kind of word, with its article: <c>a category</c>, <c>an event type</c>.</param>
    /// <param name="known">The known words.</param>
    public static FieldError Error(string pointer, string given, string what, IReadOnlyCollection<string> known)
    {
        var shown = given.Length <= MaxShown ? given : given[..MaxShown] + "…";
        var nearest = known.Count == 0 ? "" : $"; did you mean '{NearestName.Of(given, known)}'?";
        var all = known.Count is 0 or > MaxListed ? "" : $" One of {string.Join(", ", known)}.";
        return new FieldError(pointer, ErrorCodes.Unknown, $"'{shown}' is not {what}{(nearest.Length == 0 ? "." : nearest)}{all}");
    }
}
