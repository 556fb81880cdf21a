using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Compares signal sets signal by signal, so that a failure names the signal.</summary>
internal static class SignalAssert
{
    private const double Tolerance = 1e-9;

    /// <summary>The day steps that tests pass to the deriver; <see cref="LastStep"/> holds the last step of each signal.</summary>
    public static DaySteps Steps { get; } =
        new([DayStep.Along(Signal.DaysSinceLastActivity, 0, 31), DayStep.Along(Signal.DaysOverdue, 0, 16)]);

    /// <summary>The last whole day up to which each signal is compared.</summary>
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

    /// <summary>Compares all signals except counts of days past their last step, which may differ.</summary>
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
        var (found, wanted) = (actual[signal], expected[signal]);
        if (found.Kind == SignalKind.Number && !found.IsMissing && !wanted.IsMissing)
        {
            var allowed = Tolerance * Math.Max(1, Math.Abs(wanted.Number));
            Assert.That(found.Number, Is.EqualTo(wanted.Number).Within(allowed), signal.ToString());
        }
        else
        {
            Assert.That(found, Is.EqualTo(wanted), signal.ToString());
        }

        Assert.That(actual.EvidenceAt(signal), Is.EqualTo(expected.EvidenceAt(signal)), $"evidence of {signal}");
    }
}
