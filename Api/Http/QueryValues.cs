using HealthApi.Api.Problems;
using HealthApi.Core.Events;
using HealthApi.Core.Validation;

namespace HealthApi.Api.Http;

/// <summary>Typed query parameters; a 422 naming the parameter where it has the wrong form.</summary>
internal static class QueryValues
{
    /// <summary>True or false; <paramref name="absent"/> where it is not given.</summary>
    public static Outcome<bool?> Flag(HttpRequest request, string name, bool absent = false) => request.Query[name].ToString() switch
    {
        "" => new bool?(absent),
        "true" => new bool?(true),
        "false" => new bool?(false),
        _ => Problem.Invalid("?" + name, ErrorCodes.WrongType, "Must be true or false."),
    };

    /// <summary>A page's size: 1–200, default 50.</summary>
    public static Outcome<int?> Limit(HttpRequest request)
    {
        var text = request.Query["limit"].ToString();
        if (text.Length == 0) return new int?(50);
        return int.TryParse(text, out var limit) && limit is >= 1 and <= 200
            ? new int?(limit)
            : Problem.Invalid("?limit", ErrorCodes.OutOfRange, "Must be 1 to 200.");
    }

    /// <summary>Null where it was not given.</summary>
    public static Problem? TryTime(HttpRequest request, string name, out DateTimeOffset? time)
    {
        time = null;
        var text = request.Query[name].ToString();
        if (text.Length == 0) return null;
        if (!Rfc3339.TryParseDateOrTime(System.Text.Encoding.UTF8.GetBytes(text), out var instant))
            return Problem.Invalid("?" + name, ErrorCodes.InvalidFormat, "Must be a date or an RFC 3339 time with offset (a '+' in a URL is written %2B).");
        time = instant;
        return null;
    }

    public static Problem? TryNumber(HttpRequest request, string name, out double? number)
    {
        number = null;
        var text = request.Query[name].ToString();
        if (text.Length == 0) return null;
        if (!double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return Problem.Invalid("?" + name, ErrorCodes.WrongType, "Must be a number.");
        number = value;
        return null;
    }

    /// <summary>A whole number from 1; null where it was not given.</summary>
    public static Problem? TryWhole(HttpRequest request, string name, out int? number)
    {
        number = null;
        var text = request.Query[name].ToString();
        if (text.Length == 0) return null;
        if (!int.TryParse(text, System.Globalization.NumberStyles.None, null, out var value) || value < 1)
            return Problem.Invalid("?" + name, ErrorCodes.OutOfRange, "Must be a whole number from 1.");
        number = value;
        return null;
    }
}
