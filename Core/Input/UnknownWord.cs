namespace HealthApi.Core.Input;

/// <summary>The mistake of a word that is not in a closed set.</summary>
public static class UnknownWord
{
    private const int MaxShown = 60, MaxListed = 20;

    /// <summary>Names the word, suggests the nearest that is known, and lists all where they are few.</summary>
    /// <param name="pointer">Where the word was given.</param>
    /// <param name="given">The word.</param>
    /// <param name="what">What it should be, with its article: <c>a category</c>, <c>an event type</c>.</param>
    /// <param name="known">The words that there are.</param>
    public static FieldError Error(string pointer, string given, string what, IReadOnlyCollection<string> known)
    {
        var shown = given.Length <= MaxShown ? given : given[..MaxShown] + "…";
        var nearest = known.Count == 0 ? "" : $"; did you mean '{NearestName.Of(given, known)}'?";
        var all = known.Count is 0 or > MaxListed ? "" : $" One of {string.Join(", ", known)}.";
        return new FieldError(pointer, ErrorCodes.Unknown, $"'{shown}' is not {what}{(nearest.Length == 0 ? "." : nearest)}{all}");
    }
}
