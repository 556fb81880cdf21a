using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Explaining;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Explaining;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Infrastructure.History;

/// <summary>Everything that the service says about the past of the account <c>acme</c>, as text.</summary>
internal sealed class PastOfAccount(Pipeline pipeline, TimeProvider clock)
{
    private const int Instants = 12;

    private DateTimeOffset Now => Instant.Truncate(clock.GetUtcNow());

    private IDatabase Database => pipeline.Services.GetRequiredService<IDatabase>();

    /// <summary>Whether a fold may start at a checkpoint.</summary>
    public Task<bool> HasCheckpointAsync() => Database.ReadAsync(
        async connection =>
        {
            var baseline = await AccountBaselines.FindAsync(connection, null, "acme");
            return await AccountCheckpoints.FindAsync(connection, "acme", baseline, FoldStart.At(Now), long.MaxValue) is not null;
        },
        CancellationToken.None);

    /// <summary>Runs something while no fold starts at a checkpoint.</summary>
    public async Task WithoutCheckpointsAsync(Func<Task> run)
    {
        await Database.ExecuteAsync("UPDATE checkpointed_accounts SET format = format + 100");
        await run();
        await Database.ExecuteAsync("UPDATE checkpointed_accounts SET format = format - 100");
    }

    /// <param name="since">The first instant to read, in days ago.</param>
    public async Task<IReadOnlyList<string>> ReadAsync(double since)
    {
        var said = new List<string>();
        for (var number = 0; number <= Instants; number++)
        {
            var at = Instant.Truncate(Now.AddDays(-since * number / Instants));
            said.AddRange(await ReadAtAsync(at));
            if (number > 0) said.Add(await ChangeAsync(at, at.AddDays(since / Instants), asKnownThen: number % 2 == 0));
        }

        var history = await pipeline.Services.GetRequiredService<StandingReader>().HistoryAsync(
            "acme", Now.AddDays(-since).ToDay() + 1, Now.ToDay(), HistoryInterval.Day, null, CancellationToken.None);
        return [.. said, .. history!.Select(day => $"{day.Day} {day.Score} {day.Category} {day.RiskScore} {day.RiskLevel}")];
    }

    private async Task<IEnumerable<string>> ReadAtAsync(DateTimeOffset at)
    {
        var read = (await pipeline.Services.GetRequiredService<StandingReader>().ReadAsync("acme", at, CancellationToken.None))!;
        var risk = (await pipeline.Services.GetRequiredService<RiskReader>().ReadAsync("acme", at, CancellationToken.None))!;
        var subscriptions =
            await pipeline.Services.GetRequiredService<SubscriptionReader>().ReadAsync("acme", at, CancellationToken.None);
        var (now, then) = (read.Standing.Now, read.Standing.ShownThen);
        return
        [
            $"{at:O}: {now.Health.Score} {now.Health.Category} {now.Risk.Score} {read.PreviousCategory} {read.ScoreBefore7} "
                + $"{read.ScoreBefore30}",
            $"shown then: {then?.Health.Score} {then?.Risk.Score}",
            $"signals: {string.Join(' ', Enum.GetValues<Signal>().Select(one => $"{one}={now.Signals[one]}"))}",
            $"since: {string.Join(' ', risk.Since.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value:O}"))}",
            $"subscriptions: {string.Join(' ', subscriptions!)}",
            $"figures: {Convert.ToHexString(read.Standing.Figures.Encode(at))}",
        ];
    }

    private async Task<string> ChangeAsync(DateTimeOffset from, DateTimeOffset to, bool asKnownThen)
    {
        var change = await pipeline.Services.GetRequiredService<AccountExplanations>()
            .ChangesAsync("acme", from, to, asKnownThen, CancellationToken.None);
        return $"change: {change!.Change} {string.Join(';', change.Parts)}";
    }
}
