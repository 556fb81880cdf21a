using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Events;
using HealthApi.Core.Explaining;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

/// <summary>The events that are shown as evidence of a signal are enough to compute its value.</summary>
internal sealed class SignalEvidenceProperties
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 300)]
    public void The_evidence_alone_gives_the_value(AccountHistory history)
    {
        var events = history.Events.Select((happened, index) => happened with { Id = $"e{index}" }).ToList();
        var figures = Fold(events);

        // Here the contract terms that billing events state are part of the profile.
        var account = EffectiveAccount.Apply(history.Account, figures.TermsAt(history.AsOf)) with { TermsSetAt = DateTimeOffset.MaxValue };
        var all = SignalDeriver.Derive(figures, account, history.AsOf);
        var ofProfile = SignalDeriver.Derive(new AccountFigures(), account, history.AsOf);
        foreach (var definition in SignalCatalogue.All.Where(definition => !all[definition.Signal].IsMissing))
        {
            var evidence = Evidence(definition.Signal, events, all, history);
            if (evidence.Count == 0)
            {
                var shown = Shown(all[definition.Signal]);
                var isOfProfile = Equals(shown, Shown(ofProfile[definition.Signal]));
                Assert.That(isOfProfile || shown is 0.0 or false or "current", $"{definition.Name} is {shown}, but no event is evidence");
                continue;
            }

            if (definition.Signal == Signal.HighPriorityTickets14)
            {
                Assert.That(
                    evidence, Has.Count.EqualTo((int)all[definition.Signal].Number),
                    "one opening for each ticket; a later event may have made the ticket urgent");
                continue;
            }

            var derived = SignalDeriver.Derive(Fold(evidence), account, history.AsOf);
            Assert.That(
                Shown(derived[definition.Signal]), Is.EqualTo(Shown(all[definition.Signal])),
                $"{definition.Name} from {string.Join(", ", evidence)}");
        }
    }

    private static List<HealthEvent> Evidence(Signal signal, List<HealthEvent> events, SignalSet signals, AccountHistory history)
    {
        if (SignalEvidence.RuleFor(signal) is not { } rule || signals.EvidenceAt(signal) is not { } newest) return [];
        var since = rule.Days is { } days ? history.AsOf.AddDays(-days) : newest.AddMicroseconds(-1);
        var until = rule.Days is null ? newest : DateTimeOffset.MaxValue;
        var scope = new EvidenceScope(history.Account, null, history.AsOf);
        foreach (var happened in events) scope.Take(happened);
        scope.Complete();
        return [.. events.Where(happened => happened.OccurredAt <= until && happened.OccurredAt > since && rule.Holds(happened, scope))];
    }

    private static object? Shown(SignalValue value) => value.ToObject() is double number ? Math.Round(number, 6) : value.ToObject();

    private static AccountFigures Fold(IEnumerable<HealthEvent> events)
    {
        var figures = new AccountFigures();
        foreach (var happened in events) figures.Apply(happened);
        return figures;
    }
}
