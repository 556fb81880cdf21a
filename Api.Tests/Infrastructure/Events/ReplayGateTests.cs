using HealthApi.Infrastructure.Events;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Events;

/// <summary>Only a few large logs are read at the same time. A short queue of callers waits; further callers are refused.</summary>
internal sealed class ReplayGateTests
{
    private static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    [Test]
    public async Task Small_logs_never_wait()
    {
        using var gate = new ReplayGate();
        foreach (var _ in Enumerable.Range(0, 100))
            await gate.Begin(patient: false).CountAsync(ReplayGate.FreeEvents, CancellationToken.None);
    }

    [Test]
    public async Task When_the_queue_is_full_a_caller_is_refused_and_background_work_waits()
    {
        using var gate = new ReplayGate();
        var running = Enumerable.Range(0, AtOnce).Select(_ => gate.Begin(patient: false)).ToList();
        foreach (var turn in running) await turn.CountAsync(ReplayGate.FreeEvents + 1, CancellationToken.None);
        var waiting = Enumerable.Range(0, ReplayGate.MostWaiting)
            .Select(_ => gate.Begin(patient: false).CountAsync(ReplayGate.FreeEvents + 1, CancellationToken.None).AsTask()).ToList();
        var background = gate.Begin(patient: true).CountAsync(ReplayGate.FreeEvents + 1, CancellationToken.None).AsTask();
        Assert.That(
            async () =>
            await gate.Begin(patient: false).CountAsync(ReplayGate.FreeEvents + 1, CancellationToken.None),
                Throws.InstanceOf<ReplayBusyException>());
        Assert.That(waiting.Append(background).Any(turn => turn.IsCompleted), Is.False);
        running[0].Dispose();
        await waiting[0];
        Assert.That(
            waiting.Skip(1).Append(background).Any(turn => turn.IsCompleted), Is.False, "only the one that waited longest continues");
    }
}
