using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// Every number of lanes with which a process on this store has published. Where the current number is lower, the queues of the other lanes
/// may still hold events. Workers therefore keep consuming them, and an account's events may be in a different lane for each number. A
/// process adds its own number when it starts and, once, the number of queues that it finds at the broker.
/// </summary>
internal sealed class LanePartitions(
    IDatabase database, FindLanes findLanes, IOptions<MessagingOptions> options, LoopHealth health, ILogger<LanePartitions> logger)
    : WorkerLoop("lane partitions", health, logger)
{
    private const string Select = "SELECT value FROM settings WHERE name >= 'lanes:' AND name < 'lanes;'";

    private const string Insert =
        "INSERT INTO settings (name, value) SELECT @Name, @Value WHERE NOT EXISTS (SELECT 1 FROM settings WHERE name = @Name)";

    /// <summary>How often to look for lanes that another process has added, and how long the first look may delay the start.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long an unavailable broker may delay the start, and each later look.</summary>
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromSeconds(2);

    private readonly int _own = options.Value.Partitions;
    private IReadOnlyList<int> _known = [options.Value.Partitions];
    private int? _found;

    /// <summary>The number of lanes that may hold events, counted from lane 0. Never falls while the process runs.</summary>
    public int Count => _known.Max();

    /// <summary>The number of lanes to which no event is published any more.</summary>
    public int Former => Count - _own;

    /// <summary>The lanes that may hold events of an account.</summary>
    public IReadOnlyList<int> Of(string accountId) => [.. _known.Select(count => Lane.Of(accountId, count)).Distinct().Order()];

    /// <summary>Stores this process's number and reads those of the others.</summary>
    /// <exception cref="StoreUnavailableException">The numbers known before stay in use.</exception>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var stored = await ReadAsync(cancellation);
        int[] mine = _found is { } found && found > _own ? [_own, found] : [_own];
        foreach (var number in mine.Except(stored))
        {
            var row = new { Name = $"lanes:{number}", Value = $"{number}" };
            await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Insert, row, transaction), cancellation);
        }

        Learn(stored);
    }

    /// <summary>
    /// Waits for the first look, so that workers start with every lane. An unavailable store delays the start by a few seconds at most.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await LookSafelyAsync(patience.Token);
        await FindSafelyAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await Task.Delay(Every, stopping);
        if (_found is null) await FindSafelyAsync(stopping);
        await LookSafelyAsync(stopping);
    }

    private async Task<IReadOnlyList<int>> ReadAsync(CancellationToken cancellation) =>
        [.. (await database.ReadAsync(connection => connection.QueryAsync<string>(Select), cancellation)).Select(int.Parse)];

    private void Learn(IEnumerable<int> numbers)
    {
        var before = Count;
        _known = [.. _known.Concat(numbers).Distinct()];
        if (Count > before)
        {
            logger.LogInformation(
                "{Count} lanes were in use before: those beyond {Own} are drained, new events go to the first {Own}.", Count, _own, _own);
        }
    }

    /// <summary>
    /// Asks the broker until it answers once; a process that starts later asks for itself. The next look stores the number.
    /// </summary>
    private async Task FindSafelyAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(BrokerPatience);
        try
        {
            var found = await findLanes(Count, patience.Token);
            Learn([found]);
            _found = found;
        }
        catch (Exception failure)
        {
            logger.LogDebug(failure, "The broker did not answer which lanes it has; it is asked again later.");
        }
    }

    private async Task LookSafelyAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAsync(cancellation);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            logger.LogDebug(failure, "The numbers of lanes in use could not be read; they are read again later.");
        }
    }
}
