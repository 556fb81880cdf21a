using System.Text.Json;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Input;

/// <summary>Reads and validates single JSON values and collects the errors. A JSON null counts as "not given".</summary>
internal sealed class FieldReader
{
    /// <summary>
    /// The largest quantity or amount of money. At most <see cref="Decimals"/> decimals are allowed, so that sums are exact.
    /// </summary>
    public const decimal LargestAmount = 1_000_000_000_000m;

    public const int Decimals = 6;

    private const int MaxNumberLength = 32;

    /// <summary>The most errors that are reported for one event, so that a response cannot become much larger than its request.</summary>
    private const int MaxErrors = 20;

    private List<FieldError>? _errors;

    public IReadOnlyList<FieldError> Errors => _errors ?? (IReadOnlyList<FieldError>)[];

    public bool HasErrors => _errors is not null;

    /// <summary>If set, texts are only validated: a valid text may be returned as an empty string, which avoids decoding it.</summary>
    public bool ChecksOnly { get; set; }

    public void Add(string pointer, string code, string detail) => Add(new FieldError(pointer, code, detail));

    public void Add(FieldError error)
    {
        if ((_errors ??= []).Count < MaxErrors) _errors.Add(error);
    }

    public string? Identifier(ref Utf8JsonReader reader, string pointer, int maxLength = Identifiers.MaxLength)
    {
        if (ChecksOnly && reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false }
            && Identifiers.IsPlain(reader.ValueSpan, maxLength))
        {
            return "";
        }

        if (Text(ref reader, pointer) is not { } text) return null;
        if (Identifiers.Check(pointer, text, maxLength) is not { } error) return text;
        Add(error);
        return null;
    }

    public string? Text(ref Utf8JsonReader reader, string pointer) => IsString(ref reader, pointer) ? reader.GetString() : null;

    public decimal? Amount(ref Utf8JsonReader reader, string pointer)
    {
        if (!IsNumber(ref reader, pointer)) return null;
        if (!ExactDecimal.TryRead(ref reader, out var value) || value < 0 || value > LargestAmount
            || decimal.Round(value, Decimals) != value)
        {
            Add(pointer, ErrorCodes.OutOfRange, $"Must be 0 to {LargestAmount:F0} with at most {Decimals} decimals.");
            return null;
        }

        return value;
    }

    public long? Whole(ref Utf8JsonReader reader, string pointer, long most = int.MaxValue, long least = 0)
    {
        if (!IsNumber(ref reader, pointer)) return null;
        if (reader.TryGetInt64(out var value) && value >= least && value <= most) return value;
        Add(pointer, ErrorCodes.OutOfRange, $"Must be a whole number from {least} to {most}.");
        return null;
    }

    public double? Number(ref Utf8JsonReader reader, string pointer, double least, double most)
    {
        if (!IsNumber(ref reader, pointer)) return null;
        if (reader.ValueSpan.Length <= MaxNumberLength && reader.TryGetDouble(out var value) && value >= least && value <= most)
            return value == 0 ? 0 : value;
        Add(pointer, ErrorCodes.OutOfRange, $"Must be {least} to {most}.");
        return null;
    }

    public bool? Flag(ref Utf8JsonReader reader, string pointer)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) return reader.GetBoolean();
        WrongType(ref reader, pointer, "true or false");
        return null;
    }

    /// <summary>An RFC 3339 time; also a date alone if <paramref name="dateAllowed"/>.</summary>
    public DateTimeOffset? Time(ref Utf8JsonReader reader, string pointer, bool dateAllowed)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            WrongType(ref reader, pointer, "an RFC 3339 time");
            return null;
        }

        var text = reader.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        if (dateAllowed ? Rfc3339.TryParseDateOrTime(text, out var instant) : Rfc3339.TryParse(text, out instant)) return instant;
        Add(pointer, ErrorCodes.InvalidFormat, dateAllowed
            ? "Must be a date (2026-11-20) or an RFC 3339 time with offset (2026-11-20T09:30:00Z)."
            : "Must be an RFC 3339 time with offset, such as 2026-11-20T09:30:00Z.");
        return null;
    }

    /// <summary>One of a closed set of words, each of which maps to a value of the enum.</summary>
    public T? Word<T>(ref Utf8JsonReader reader, string pointer, ReadOnlySpan<(string Word, T Value)> words)
        where T : struct
    {
        if (!IsString(ref reader, pointer)) return null;

        // Decoding an escaped text fails if it is not valid Unicode.
        var text = reader.ValueIsEscaped ? reader.GetString() : null;
        foreach (var (word, value) in words)
            if (text is null ? reader.ValueTextEquals(word) : text == word) return value;
        Add(pointer, ErrorCodes.Unknown, $"Must be one of {string.Join(", ", words.ToArray().Select(pair => pair.Word))}.");
        return null;
    }

    public void WrongType(ref Utf8JsonReader reader, string pointer, string expected)
    {
        if (reader.TokenType != JsonTokenType.Null) Add(pointer, ErrorCodes.WrongType, $"Must be {expected}.");
        reader.Skip();
    }

    private bool IsString(ref Utf8JsonReader reader, string pointer)
    {
        if (reader.TokenType == JsonTokenType.String) return true;
        WrongType(ref reader, pointer, "a string");
        return false;
    }

    private bool IsNumber(ref Utf8JsonReader reader, string pointer)
    {
        if (reader.TokenType == JsonTokenType.Number) return true;
        WrongType(ref reader, pointer, "a number");
        return false;
    }
}
