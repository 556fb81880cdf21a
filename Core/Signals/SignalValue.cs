namespace HealthApi.Core.Signals;

/// <summary>The kind of a signal's value.</summary>
public enum SignalKind : byte
{
    /// <summary>A finite double.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>One of a closed set of words, such as <c>current</c> or <c>escalated</c>.</summary>
    Word,
}

/// <summary>A signal's value, or missing (the default). Missing is not zero.</summary>
public readonly record struct SignalValue
{
    private readonly bool _present;

    private SignalValue(SignalKind kind, double number, string? word)
    {
        _present = true;
        Kind = kind;
        Number = number;
        Word = word;
    }

    /// <summary>The missing value.</summary>
    public static SignalValue Missing => default;

    public SignalKind Kind { get; }

    /// <summary>The number; for a flag 1 or 0; undefined for a word.</summary>
    public double Number { get; }

    public string? Word { get; }

    public bool IsMissing => !_present;

    public bool Flag => Number != 0;

    public static SignalValue Of(double number) => new(SignalKind.Number, number, null);

    public static SignalValue Of(double? number) => number is { } value ? Of(value) : Missing;

    public static SignalValue Of(bool flag) => new(SignalKind.Flag, flag ? 1 : 0, null);

    public static SignalValue Of(string word) => new(SignalKind.Word, 0, word);

    /// <summary>The value for JSON: a double, a bool, a string, or null if missing.</summary>
    public object? ToObject() => IsMissing ? null : Kind switch
    {
        SignalKind.Number => Number,
        SignalKind.Flag => Flag,
        SignalKind.Word => Word,
        _ => null,
    };
}
