using HealthApi.Api.Problems;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;

namespace HealthApi.Api.Http;

/// <summary>Reads typed query parameters; a 422 that names the parameter if its value is wrong.</summary>
internal static class QueryValues
{
    private const int MaxScore = 100, DefaultLimit = 50, MaxLimit = 200;

    /// <summary>A text; null if the parameter is missing or empty.</summary>
    public static string? Text(HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>True or false; <paramref name="absent"/> if the parameter is missing.</summary>
    public static Outcome<bool?> Flag(HttpRequest request, string name, bool absent = false) => request.Query[name].ToString() switch
    {
        "" => new bool?(absent),
        "true" => new bool?(true),
        "false" => new bool?(false),
        _ => Problem.Invalid("?" + name, ErrorCodes.WrongType, "Must be true or false."),
    };

    /// <summary>
    /// Words of a closed set, separated by commas; null if the parameter is missing. A 422 that suggests the nearest word for an unknown
    /// one.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="what">The kind of word, with its article: <c>a category</c>.</param>
    /// <param name="known">The known words.</param>
    public static Problem? ReadWords(
        HttpRequest request, string name, string what, IReadOnlyCollection<string> known, out IReadOnlyList<string>? words)
    {
        words = request.Query.ContainsKey(name) ? Parts(request.Query[name].ToString()) : null;
        var unknown = words?.FirstOrDefault(word => !known.Contains(word));
        return unknown is null ? null : Problem.Invalid(UnknownWord.Error("?" + name, unknown, what, known));
    }

    /// <summary>
    /// Texts of an open set, separated by commas; null if the parameter is missing. Because a text may contain commas itself, the whole
    /// value is one of the texts too.
    /// </summary>
    public static IReadOnlyList<string>? Texts(HttpRequest request, string name, int maxLength = Identifiers.MaxLength)
    {
        if (!request.Query.ContainsKey(name)) return null;
        var whole = request.Query[name].ToString();
        string[] all = whole.Contains(',')
            ? [.. Parts(whole).Where(part => part.Length > 0).Prepend(whole).Distinct(StringComparer.Ordinal)] : [whole];
        // Longer texts cannot match anything.
        return all.Where(text => text.Length <= maxLength).ToArray() is { Length: > 0 } possible ? possible : [whole];
    }

    /// <summary>The size of a page: 1–200, by default 50.</summary>
    public static Outcome<int?> Limit(HttpRequest request)
    {
        var text = request.Query["limit"].ToString();
        if (text.Length == 0) return new int?(DefaultLimit);
        return int.TryParse(text, out var limit) && limit is >= 1 and <= MaxLimit
            ? new int?(limit)
            : Problem.Invalid("?limit", ErrorCodes.OutOfRange, $"Must be 1 to {MaxLimit}.");
    }

    /// <summary>A time; null if the parameter is missing.</summary>
    public static Problem? ReadTime(HttpRequest request, string name, out DateTimeOffset? time)
    {
        time = null;
        var text = request.Query[name].ToString();
        if (text.Length == 0) return null;
        if (!Rfc3339.TryParseDateOrTime(System.Text.Encoding.UTF8.GetBytes(text), out var instant))
        {
            return Problem.Invalid(
                "?" + name, ErrorCodes.InvalidFormat, "Must be a date or an RFC 3339 time with offset (a '+' in a URL is written %2B).");
        }

        time = instant;
        return null;
    }

    /// <summary>A finite number; null if the parameter is missing.</summary>
    public static Problem? ReadNumber(HttpRequest request, string name, out double? number)
    {
        number = null;
        var text = request.Query[name].ToString();
        if (text.Length == 0) return null;
        if (!double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return Problem.Invalid("?" + name, ErrorCodes.WrongType, "Must be a number.");
        number = value;
        return null;
    }

    /// <summary>A score, 0 to 100; null if the parameter is missing.</summary>
    public static Problem? ReadScore(HttpRequest request, string name, out double? score) => ReadNumber(request, name, out score)
        ?? (score is < 0 or > MaxScore ? Problem.Invalid("?" + name, ErrorCodes.OutOfRange, $"Must be 0 to {MaxScore}.") : null);

    /// <summary>A whole number from 1; null if the parameter is missing.</summary>
    public static Problem? ReadWhole(HttpRequest request, string name, out int? number)
    {
        number = null;
        var text = request.Query[name].ToString();
        if (text.Length == 0) return null;
        if (!int.TryParse(text, System.Globalization.NumberStyles.None, null, out var value) || value < 1)
            return Problem.Invalid("?" + name, ErrorCodes.OutOfRange, "Must be a whole number from 1.");
        number = value;
        return null;
    }

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries);
}
