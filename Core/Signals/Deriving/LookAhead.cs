using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>
/// Reports the first edge of a family at which a signal that is used has another effect. It derives the family's signals at one edge after
/// the other; between two edges they do not change.
/// </summary>
internal static class LookAhead
{
    /// <summary>
    /// The number of entries to visit. After that the next edge is reported, whatever it does, because an event of an account with many
    /// tickets must not cost more than a few derivations.
    /// </summary>
    private const int Effort = 1_000;

    /// <summary>Derives the signals of one family. They depend on the figures and the profile, not on the terms.</summary>
    public delegate void Derive(Derivation derivation);

    /// <param name="account">The account with its effective terms.</param>
    /// <param name="signals">The signals of the family.</param>
    public static void Report(
        AccountFigures figures, IEdges family, Account account, ReadOnlySpan<Signal> signals, Derive derive, ref NextEdge next)
    {
        if (!next.Uses.Any(signals)) return;
        SignalSet? now = null;
        var edge = Edge(family, next.AsOf, next.Uses);
        for (var effort = Effort; (effort -= family.Count) >= 0 && next.IsWorthLooking(edge); edge = Edge(family, edge, next.Uses))
        {
            now ??= At(next.AsOf);
            if (!next.Uses.AreSame(now, At(edge))) break;
        }

        next.At(edge);

        SignalSet At(long asOf)
        {
            var set = new SignalSet();
            derive(new Derivation(figures, account, AccountTerms.None, asOf, set));
            return set;
        }
    }

    private static long Edge(IEdges family, long asOf, SignalUses uses)
    {
        var next = new NextEdge(asOf, uses);
        family.Edges(ref next);
        return next.EarliestInstant;
    }
}
