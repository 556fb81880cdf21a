using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Compares signals one by one, so that a failure names the signal.</summary>
internal static class SignalAssert
{
    private const double Dust = 1e-9;

    /// <summary>Steps that are looked at; <see cref="LastStep"/> has their ends.</summary>
    public static DaySteps Steps { get; } =
        new([DayStep.Along(Signal.DaysSinceLastActivity, 0, 31), DayStep.Along(Signal.DaysOverdue, 0, 16)]);

    /// <summary>Whole days up to which a signal's steps are looked at.</summary>
    private static readonly Dictionary<Signal, double> LastStep = new()
    {
        [Signal.AccountAgeDays] = double.NegativeInfinity,
        [Signal.DaysToRenewal] = double.NegativeInfinity,
        [Signal.CancellationScheduled] = double.NegativeInfinity,
        [Signal.DaysSinceLastActivity] = 30,
        [Signal.DaysOverdue] = 15,
    };

    public static void Same(SignalSet actual, SignalSet expected)
    {
        foreach (var signal in Enum.GetValues<Signal>())
        {
            Same(signal, actual, expected);
        }
    }

    /// <summary>The same but for the counts of days that go on without anyone looking.</summary>
    public static void SameButForDays(SignalSet actual, SignalSet expected)
    {
        foreach (var signal in Enum.GetValues<Signal>())
        {
            Assert.That(actual[signal].IsMissing, Is.EqualTo(expected[signal].IsMissing), $"{signal} is missing");
            if (!LastStep.TryGetValue(signal, out var last) || expected[signal].Number <= last)
            {
                Same(signal, actual, expected);
            }
        }
    }

    private static void Same(Signal signal, SignalSet actual, SignalSet expected)
    {
        var (found, should) = (actual[signal], expected[signal]);
        if (found.Kind == SignalKind.Number && !found.IsMissing && !should.IsMissing)
        {
            var allowed = Dust * Math.Max(1, Math.Abs(should.Number));
            Assert.That(found.Number, Is.EqualTo(should.Number).Within(allowed), signal.ToString());
        }
        else
        {
            Assert.That(found, Is.EqualTo(should), signal.ToString());
        }

        Assert.That(actual.EvidenceAt(signal), Is.EqualTo(expected.EvidenceAt(signal)), $"evidence of {signal}");
    }
}
