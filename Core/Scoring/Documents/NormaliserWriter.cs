using System.Text.Json;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring.Documents;

internal static class NormaliserWriter
{
    public static void Write(Utf8JsonWriter json, Normaliser normaliser)
    {
        json.WriteStartObject("normaliser");
        switch (normaliser)
        {
            case LinearNormaliser linear: WriteLinear(json, linear); break;
            case BandsNormaliser bands: WriteBands(json, bands); break;
            case MapNormaliser map: WriteMap(json, map); break;
            case FlagNormaliser flag: WriteFlag(json, flag); break;
        }

        json.WriteEndObject();
    }

    private static void WriteLinear(Utf8JsonWriter json, LinearNormaliser linear)
    {
        json.WriteString("kind", "linear");
        json.WriteNumber("from", linear.From);
        json.WriteNumber("to", linear.To);
    }

    private static void WriteBands(Utf8JsonWriter json, BandsNormaliser bands)
    {
        json.WriteString("kind", "bands");
        json.WriteStartArray("bands");
        foreach (var band in bands.Bands)
        {
            json.WriteStartObject();
            json.WriteString("op", band.Operator.Symbol());
            json.WriteNumber("bound", band.Bound);
            json.WriteNumber("points", band.Points);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteElse(json, bands.Else);
    }

    private static void WriteMap(Utf8JsonWriter json, MapNormaliser map)
    {
        json.WriteString("kind", "map");
        json.WriteStartObject("points");
        foreach (var (word, points) in map.Words.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(word, points);
        }

        json.WriteEndObject();
        WriteElse(json, map.Else);
    }

    private static void WriteFlag(Utf8JsonWriter json, FlagNormaliser flag)
    {
        json.WriteString("kind", "flag");
        json.WriteNumber("true", flag.WhenTrue);
        json.WriteNumber("false", flag.WhenFalse);
    }

    private static void WriteElse(Utf8JsonWriter json, double? points)
    {
        if (points is { } given)
        {
            json.WriteNumber("else", given);
        }
    }
}
