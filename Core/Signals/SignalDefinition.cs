namespace HealthApi.Core.Signals;

/// <summary>
/// The definition of a signal. <see cref="Name"/> is its wire name. <see cref="Unit"/> is the unit of a number, such as <c>days</c>, else
/// <c>flag</c> or <c>word</c>. <see cref="Window"/> is an ISO 8601 duration, or null for a value without a window. <see cref="Words"/> is
/// the closed set of values of a <see cref="SignalKind.Word"/>, best first, else null. <see cref="Minimum"/> and <see cref="Maximum"/> are
/// the inclusive range of a number, null if open.
/// </summary>
public sealed record SignalDefinition(
    Signal Signal,
    string Name,
    SignalKind Kind,
    string Unit,
    string? Window,
    string Definition,
    IReadOnlyList<string>? Words,
    double? Minimum,
    double? Maximum)
{
    internal static SignalDefinition Number(
        Signal signal, string unit, string? window, string definition, double? minimum = 0, double? maximum = null)
        => new(signal, WireName(signal), SignalKind.Number, unit, window, definition, null, minimum, maximum);

    internal static SignalDefinition Ratio(Signal signal, string? window, string definition)
        => Number(signal, "ratio", window, definition, 0, 1);

    /// <summary>A relative change is at least −1, which means that nothing is left.</summary>
    internal static SignalDefinition Change(Signal signal, string window, string definition)
        => Number(signal, "ratio", window, definition, -1);

    internal static SignalDefinition Flag(Signal signal, string? window, string definition)
        => new(signal, WireName(signal), SignalKind.Flag, "flag", window, definition, null, null, null);

    internal static SignalDefinition Word(Signal signal, string? window, string definition, params string[] words)
        => new(signal, WireName(signal), SignalKind.Word, "word", window, definition, words, null, null);

    private static string WireName(Signal signal)
    {
        var member = signal.ToString();
        return char.ToLowerInvariant(member[0]) + member[1..];
    }
}
