using System.Collections.Frozen;
using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Scoring.Documents;

/// <summary>Reads a normaliser. Its <c>kind</c> decides which other members it has; the order of the members does not matter.</summary>
internal static class NormaliserReader
{
    private static readonly FrozenDictionary<string, (string[] Required, string[] Optional)> Kinds =
        new Dictionary<string, (string[] Required, string[] Optional)>
        {
            ["linear"] = (["from", "to"], []),
            ["bands"] = (["bands"], ["else"]),
            ["map"] = (["points"], ["else"]),
            ["flag"] = (["true", "false"], []),
        }.ToFrozenDictionary();

    private static readonly string[] Members = ["kind", "from", "to", "bands", "points", "true", "false", "else"];

    public static Normaliser? Read(ref DocumentReader document)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        var errors = document.ErrorCount;
        var draft = new Draft();
        while (document.NextMember())
        {
            ReadMember(ref document, draft);
        }

        document.Require("kind");
        if (draft.Kind is { } kind)
        {
            CheckMembers(ref document, kind);
        }

        return document.ErrorCount > errors ? null : draft.Build();
    }

    private static void ReadMember(ref DocumentReader document, Draft draft)
    {
        switch (document.Member)
        {
            case "kind": draft.Kind = document.Choice(Kinds.Keys); break;
            case "from": draft.From = document.Bound(); break;
            case "to": draft.To = document.Bound(); break;
            case "bands": draft.Bands = BandReader.ReadAll(ref document); break;
            case "points": draft.Words = ReadWords(ref document); break;
            case "true": draft.WhenTrue = document.Points(); break;
            case "false": draft.WhenFalse = document.Points(); break;
            case "else": draft.Else = document.Points(); break;
            default: document.UnknownMember(Members); break;
        }
    }

    private static Dictionary<string, double> ReadWords(ref DocumentReader document)
    {
        var words = new Dictionary<string, double>();
        if (document.BeginObject())
        {
            while (document.NextMember())
            {
                var word = document.Member;
                words[word] = document.Points() ?? 0;
            }
        }

        return words;
    }

    private static void CheckMembers(ref DocumentReader document, string kind)
    {
        var (required, optional) = Kinds[kind];
        document.Require(required);
        foreach (var member in Members.Except(required).Except(optional).Where(member => member != "kind"))
        {
            if (document.Had(member))
            {
                document.Fail(ErrorCodes.UnknownMember, $"A {kind} normaliser has no '{member}'.", "/" + member);
            }
        }
    }

    private sealed class Draft
    {
        public string? Kind { get; set; }

        public double? From { get; set; }

        public double? To { get; set; }

        public ImmutableArray<Band> Bands { get; set; } = [];

        public Dictionary<string, double> Words { get; set; } = [];

        public double? WhenTrue { get; set; }

        public double? WhenFalse { get; set; }

        public double? Else { get; set; }

        public Normaliser? Build() => Kind switch
        {
            "linear" => new LinearNormaliser(From!.Value, To!.Value),
            "bands" => new BandsNormaliser(Bands, Else),
            "map" => new MapNormaliser(Words.ToFrozenDictionary(), Else),
            "flag" => new FlagNormaliser(WhenTrue!.Value, WhenFalse!.Value),
            _ => null,
        };
    }
}
