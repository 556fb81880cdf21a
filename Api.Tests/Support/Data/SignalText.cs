using System.Globalization;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Reads signals from a short text: <c>tickets30=2 paymentStatus=late championLeft=true</c>.</summary>
internal static class SignalText
{
    public static SignalSet Given(string text)
    {
        var signals = new SignalSet();
        foreach (var pair in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (pair[..pair.IndexOf('=')], pair[(pair.IndexOf('=') + 1)..]);
            if (!SignalCatalogue.TryParse(name, out var signal))
            {
                throw new ArgumentException($"'{name}' is not a signal.", nameof(text));
            }

            signals[signal] = Value(SignalCatalogue.Get(signal).Kind, value);
        }

        return signals;
    }

    private static SignalValue Value(SignalKind kind, string text) => kind switch
    {
        SignalKind.Number => SignalValue.Of(double.Parse(text, CultureInfo.InvariantCulture)),
        SignalKind.Flag => SignalValue.Of(bool.Parse(text)),
        SignalKind.Word => SignalValue.Of(text),
        _ => SignalValue.Missing,
    };
}
