using System.Globalization;
using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring.Documents;

/// <summary>Checks that a normaliser fits its signal: the kinds match, every value has points, and every band can be reached.</summary>
internal static class NormaliserRules
{
    public static void Check(ref DocumentReader document, SignalDefinition signal, Normaliser normaliser)
    {
        if (normaliser.Fits != signal.Kind)
        {
            document.Fail(
                DocumentErrorCodes.KindMismatch,
                $"'{signal.Name}' is a {Noun(signal.Kind)}; this normaliser needs a {Noun(normaliser.Fits)}.", "/normaliser/kind");
            return;
        }

        switch (normaliser)
        {
            case BandsNormaliser bands: CheckBands(ref document, signal, bands); break;
            case MapNormaliser map: CheckWords(ref document, signal, map); break;
        }
    }

    /// <summary>Checks a normaliser without regard to its signal.</summary>
    public static void CheckAlone(ref DocumentReader document, Normaliser normaliser)
    {
        if (normaliser is LinearNormaliser { From: var from, To: var to } && from == to)
            document.Fail(ErrorCodes.OutOfRange, "'from' and 'to' must differ.", "/normaliser/to");
    }

    private static string Noun(SignalKind kind) => kind.ToString().ToLowerInvariant();

    private static void CheckWords(ref DocumentReader document, SignalDefinition signal, MapNormaliser map)
    {
        var known = signal.Words ?? [];
        foreach (var word in map.Words.Keys.Except(known))
        {
            var detail = UnknownWord.Detail(word, $"a value of '{signal.Name}'", known);
            document.Fail(ErrorCodes.Unknown, detail, "/normaliser/points/" + word.Replace("~", "~0").Replace("/", "~1"));
        }

        var without = known.Except(map.Words.Keys).ToArray();
        if (without.Length > 0 && map.Else is null)
        {
            document.Fail(
                DocumentErrorCodes.Incomplete, $"No points for '{string.Join("', '", without)}' and no 'else'.", "/normaliser/points");
        }
    }

    private static void CheckBands(ref DocumentReader document, SignalDefinition signal, BandsNormaliser bands)
    {
        var samples = Samples(signal, bands);
        var matched = samples.Select(value => FirstMatch(bands, value)).ToHashSet();
        for (var i = 0; i < bands.Bands.Length; i++)
        {
            if (!matched.Contains(i))
            {
                document.Fail(DocumentErrorCodes.Unreachable, $"No value of '{signal.Name}' reaches this band.", $"/normaliser/bands/{i}");
            }
        }

        if (matched.Contains(-1) && bands.Else is null)
        {
            var value = samples.First(value => FirstMatch(bands, value) < 0).ToString(CultureInfo.InvariantCulture);
            document.Fail(DocumentErrorCodes.Incomplete, $"Values such as {value} have no points and no 'else'.", "/normaliser/bands");
        }
        else if (!matched.Contains(-1) && bands.Else is not null)
        {
            document.Fail(DocumentErrorCodes.Unreachable, $"No value of '{signal.Name}' reaches 'else'.", "/normaliser/else");
        }
    }

    private static int FirstMatch(BandsNormaliser bands, double value)
    {
        for (var i = 0; i < bands.Bands.Length; i++)
        {
            if (bands.Bands[i].Operator.Holds(value, bands.Bands[i].Bound))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// One value for each interval in which no comparison changes: the bounds, the middles between them, and the ends of the range.
    /// </summary>
    private static double[] Samples(SignalDefinition signal, BandsNormaliser bands)
    {
        var low = signal.Minimum ?? -2 * ModelLimits.LargestNumber;
        var high = signal.Maximum ?? 2 * ModelLimits.LargestNumber;
        var edges = bands.Bands.Select(band => band.Bound).Where(bound => bound > low && bound < high).Append(low).Append(high).Distinct()
            .Order().ToArray();
        return [.. edges, .. edges.Zip(edges.Skip(1), (left, right) => (left + right) / 2)];
    }
}
