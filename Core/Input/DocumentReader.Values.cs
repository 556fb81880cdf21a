using System.Text.Json;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Input;

internal ref partial struct DocumentReader
{
    private const int LongestId = 64;

    public readonly bool IsText => _json.TokenType == JsonTokenType.String;

    public readonly bool IsNumber => _json.TokenType == JsonTokenType.Number;

    public readonly bool IsFlag => _json.TokenType is JsonTokenType.True or JsonTokenType.False;

    public readonly bool IsList => _json.TokenType == JsonTokenType.StartArray;

    public readonly bool IsNull => _json.TokenType == JsonTokenType.Null;

    public string? Text(int longest)
    {
        if (!Expect(IsText, "a string"))
        {
            return null;
        }

        var text = Characters();
        return Check(text.Length > 0 && text.Length <= longest, ErrorCodes.OutOfRange, $"Must be 1 to {longest} characters long.") ? text
            : null;
    }

    /// <summary>An identifier: 1–64 letters, digits, underscores, hyphens.</summary>
    public string? Id()
    {
        if (!Expect(IsText, "a string"))
        {
            return null;
        }

        var text = Characters();
        return Check(IsId(text), ErrorCodes.InvalidFormat, $"Must be 1 to {LongestId} letters, digits, underscores or hyphens.") ? text
            : null;
    }

    /// <summary>Whether the text is 1–64 letters, digits, underscores, hyphens.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= LongestId && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>One of a closed set of words.</summary>
    public string? Choice(IReadOnlyCollection<string> words)
    {
        if (!Expect(IsText, "a string"))
        {
            return null;
        }

        var text = Characters();
        if (words.Contains(text))
        {
            return text;
        }

        Fail(ErrorCodes.Unknown, UnknownWord.Detail(text, "a known value", words));
        return null;
    }

    public double? Number(double minimum, double maximum)
    {
        if (!Expect(IsNumber, "a number"))
        {
            return null;
        }

        var fits = _json.TryGetDouble(out var number) && number >= minimum && number <= maximum;
        return Check(fits, ErrorCodes.OutOfRange, $"Must be between {minimum} and {maximum}.") ? number : null;
    }

    public int? Integer(int minimum, int maximum)
    {
        if (!Expect(IsNumber, "a number"))
        {
            return null;
        }

        var fits = _json.TryGetInt32(out var number) && number >= minimum && number <= maximum;
        return Check(fits, ErrorCodes.OutOfRange, $"Must be a whole number between {minimum} and {maximum}.") ? number : null;
    }

    /// <summary>A number that is read without rounding.</summary>
    public decimal? Amount(decimal minimum, decimal maximum)
    {
        if (!Expect(IsNumber, "a number"))
        {
            return null;
        }

        var fits = ExactDecimal.TryRead(ref _json, out var amount) && amount >= minimum && amount <= maximum;
        return Check(fits, ErrorCodes.OutOfRange, $"Must be between {minimum} and {maximum}.") ? amount : null;
    }

    public bool? Flag() => Expect(IsFlag, "true or false") ? _json.TokenType == JsonTokenType.True : null;

    /// <summary>Records an error for a member that is not allowed and skips its value.</summary>
    public void UnknownMember(params IReadOnlyCollection<string> known)
    {
        Fail(ErrorCodes.UnknownMember, UnknownWord.Detail(Member, "a member of this object", known));
        _json.Skip();
    }

    /// <summary>Records an error at the current value or at a child of it.</summary>
    public readonly void Fail(string code, string detail, string child = "") => _trail.Fail(code, detail, child);

    /// <summary>Records that the value has the wrong type and skips it.</summary>
    public void WrongType(string expected)
    {
        Fail(ErrorCodes.WrongType, $"Must be {expected}.");
        _json.Skip();
    }

    /// <summary>Records an error for each of these members that the object did not have. Call it after the last member was read.</summary>
    public readonly void Require(params ReadOnlySpan<string> members)
    {
        foreach (var member in members)
        {
            if (!_trail.Had(member))
            {
                _trail.Fail(ErrorCodes.Required, $"'{member}' is required.", "/" + member);
            }
        }
    }

    /// <summary>Whether the object that was just read had the member, valid or not.</summary>
    public readonly bool Had(string member) => _trail.Had(member);

    /// <summary>How many of the members the object that was just read had.</summary>
    public readonly int HadOf(params ReadOnlySpan<string> members)
    {
        var count = 0;
        foreach (var member in members) count += _trail.Had(member) ? 1 : 0;
        return count;
    }

    private bool Expect(bool isType, string expected)
    {
        if (!isType)
        {
            WrongType(expected);
        }

        return isType;
    }

    private readonly bool Check(bool holds, string code, string detail)
    {
        if (!holds)
        {
            Fail(code, detail);
        }

        return holds;
    }

    public readonly string Characters()
    {
        try
        {
            return _json.GetString() ?? "";
        }
        catch (InvalidOperationException exception)
        {
            // The bytes are not UTF-8, or the text contains half of a surrogate pair.
            throw new JsonException(null, exception);
        }
    }
}
