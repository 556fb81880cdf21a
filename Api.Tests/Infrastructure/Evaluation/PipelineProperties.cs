using FsCheck;
using FsCheck.Fluent;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation;

/// <summary>Properties that hold for every list of events, on a real store.</summary>
public sealed class PipelineProperties(StoreKind kind) : StoreFixture(kind)
{
    private const string States = """
        SELECT a.id, a.segment, a.phase, a.arr, a.mrr, s.figures, s.score, s.category, s.risk_score, s.risk_level
        FROM accounts a JOIN account_states s ON s.account_id = a.id ORDER BY a.id
        """;

    private const string DueTimes = "SELECT due_at FROM account_states ORDER BY account_id";

    private const string History =
        "SELECT account_id, day, score, category, risk_score, risk_level FROM score_history ORDER BY account_id, day";
    private const string Log = "SELECT source, id, type, account_id, occurred_at, data FROM events ORDER BY source, id";

    /// <summary>On a server only a few samples are run: it is slower than a file, and the properties are checked on SQLite too.</summary>
    private const int SamplesOnAServer = 4;

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private static Gen<(List<string> Events, int Seed, int Cuts)> Cases =>
        from events in Gen.ListOf(RawEvents.Event(Now)).Resize(40)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from cuts in Gen.Choose(1, 7)
        select (events.ToList(), seed, cuts);

    [FsCheck.NUnit.Property(MaxTest = 25)]
    public Property Order_repetition_and_batching_do_not_change_the_result() => Hold(OrderFreeAsync);

    [FsCheck.NUnit.Property(MaxTest = 25)]
    public Property Processing_the_same_batches_again_gives_the_same_crossings() => Hold(ReplayAsync);

    private Property Hold(Func<(List<string> Events, int Seed, int Cuts), Task> property)
    {
        var samples = 0;
        return Prop.ForAll(Cases.ToArbitrary(), sample =>
        {
            if (Kind == StoreKind.SqlServer && ++samples > SamplesOnAServer) return;
            property(sample).GetAwaiter().GetResult();
        });
    }

    private async Task OrderFreeAsync((List<string> Events, int Seed, int Cuts) sample)
    {
        var shuffled = sample.Events.Concat(sample.Events.Take(sample.Events.Count / 3)).ToArray();
        new Random(sample.Seed).Shuffle(shuffled);
        using var once = await PlayAsync([sample.Events]);
        using var mixed = await PlayAsync(shuffled.Chunk(sample.Cuts));
        Assert.That(await mixed.RowsAsync(Log), Is.EqualTo(await once.RowsAsync(Log)), "each event is in the log exactly once");
        Assert.That(
            await mixed.RowsAsync(States), Is.EqualTo(await once.RowsAsync(States)), "figures and score do not depend on order");
        // A due time that is stored too early stays: in one batch it is exact, in many it may be earlier.
        foreach (var (stored, exact) in (await mixed.InstantsAsync(DueTimes)).Zip(await once.InstantsAsync(DueTimes)))
            Assert.That(stored ?? DateTimeOffset.MaxValue, Is.LessThanOrEqualTo(exact ?? DateTimeOffset.MaxValue), "never due too late");
        Assert.That(
            await mixed.RowsAsync(History), Is.EqualTo(await once.RowsAsync(History)), "the restated history does not depend on order");
    }

    private async Task ReplayAsync((List<string> Events, int Seed, int Cuts) sample)
    {
        var batches = sample.Events.Chunk(sample.Cuts).ToList();
        using var first = await PlayAsync(batches);
        using var second = await PlayAsync(batches);
        var crossings = await first.RowsAsync(Pipeline.Crossings);
        Assert.That(await second.RowsAsync(Pipeline.Crossings), Is.EqualTo(crossings), "the same batches yield the same crossing ids");
        foreach (var batch in batches.AsEnumerable().Reverse()) await first.ProcessAsync(Envelopes(batch));
        Assert.That(await first.RowsAsync(Pipeline.Crossings), Is.EqualTo(crossings), "redelivered batches add no crossing");
    }

    private async Task<Pipeline> PlayAsync(IEnumerable<IEnumerable<string>> batches)
    {
        var clock = new ManualTimeProvider(Now);
        var pipeline = await Pipeline.CreateAsync(clock, Kind);
        foreach (var batch in batches) await pipeline.ProcessAsync(Envelopes(batch));
        await pipeline.RestateAsync(Now);
        return pipeline;
    }

    private static IEnumerable<EventEnvelope> Envelopes(IEnumerable<string> events) => events.Select(json => Pipeline.Envelope(json, Now));
}
