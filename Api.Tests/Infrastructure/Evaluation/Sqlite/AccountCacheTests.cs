using FsCheck;
using FsCheck.Fluent;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Erasure;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation.Sqlite;

/// <summary>The account cache of a process changes no result: the store alone decides.</summary>
public sealed class AccountCacheTests(StoreKind kind) : StoreFixture(kind)
{
    private const string States = """
        SELECT a.id, a.segment, a.phase, s.version, s.figures, s.memory_bytes, s.score, s.category, s.risk_score, s.due_at, s.restate_from
        FROM accounts a JOIN account_states s ON s.account_id = a.id ORDER BY a.id
        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private static Gen<(List<string> Events, int Cuts)> Cases =>
        from events in Gen.ListOf(RawEvents.Event(Now)).Resize(30)
        from cuts in Gen.Choose(1, 5)
        select (events.ToList(), cuts);

    [FsCheck.NUnit.Property(MaxTest = 10)]
    public Property Two_processes_that_take_turns_give_the_same_result_as_one() => Prop.ForAll(Cases.ToArbitrary(), sample =>
        TakeTurnsAsync([.. sample.Events.Select(json => Pipeline.Envelope(json, Now)).Chunk(sample.Cuts)]).GetAwaiter().GetResult());

    [Test]
    public async Task An_erased_account_is_not_read_from_the_cache()
    {
        using var pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        await pipeline.ProcessAsync([Login("before", "ada")]);
        await pipeline.Services.GetRequiredService<AccountErasure>().EraseAsync("acme", default, CancellationToken.None);
        await BeginAnewAsync(pipeline);

        using var fresh = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        await BeginAnewAsync(fresh);
        Assert.That(await pipeline.RowsAsync(States), Is.EqualTo(await fresh.RowsAsync(States)));
    }

    /// <summary>Creates the account at the same instant and the same version as the erased one.</summary>
    private static async Task BeginAnewAsync(Pipeline pipeline)
    {
        await pipeline.Services.GetRequiredService<AccountStore>()
            .WriteAsync("acme", default, _ => new Account { Id = "acme", Name = "Acme" }, CancellationToken.None);
        await pipeline.ProcessAsync([Login("after", "bob")]);
    }

    private async Task TakeTurnsAsync(IReadOnlyList<EventEnvelope[]> batches)
    {
        using var one = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        using var first = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        using var second = first.Another();
        for (var turn = 0; turn < batches.Count; turn++)
        {
            await one.ProcessAsync(batches[turn]);
            await (turn % 3 == 1 ? second : first).ProcessAsync(batches[turn]);
        }

        Assert.That(await first.RowsAsync(States), Is.EqualTo(await one.RowsAsync(States)));
        Assert.That(await first.RowsAsync(Pipeline.Crossings), Is.EqualTo(await one.RowsAsync(Pipeline.Crossings)));
    }

    private static EventEnvelope Login(string id, string user) =>
        Pipeline.Envelope(
            $$"""{"id":"{{id}}","type":"usage.login","accountId":"acme","occurredAt":"2026-11-20T08:00:00Z","data":{"userId":"{{user}}"} }""", Now);
}
