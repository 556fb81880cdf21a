using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Processing;

/// <summary>
/// Finds the items of a failed batch that fail alone, in two attempts for each power of two. The others are processed on the way, in their order.
/// </summary>
/// <param name="attempt">Processes some of the items in one transaction; returns the failure where nothing was processed.</param>
internal sealed class Halving<T>(Func<IReadOnlyList<T>, Task<Exception?>> attempt)
{
    /// <summary>So many items that fail unexpectedly before one was processed mean that every item fails.</summary>
    private const int MostSuspects = 8;

    private readonly List<(T Item, Exception Failure)> _failed = [];
    private int _suspects;
    private bool _processed;

    /// <summary>Processes what can be.</summary>
    /// <returns>The items that cannot be processed, each with its failure.</returns>
    /// <exception cref="StoreUnavailableException">Several items failed unexpectedly and none was processed: the items are not to blame.</exception>
    public async Task<IReadOnlyList<(T Item, Exception Failure)>> RunAsync(IReadOnlyList<T> items, Exception failure)
    {
        await HalveAsync(items, failure);
        return _processed || _suspects <= 1 ? _failed : throw NotTheItems(failure);
    }

    private async Task HalveAsync(IReadOnlyList<T> items, Exception failure)
    {
        if (items.Count == 1)
        {
            Suspect(items[0], failure);
            return;
        }

        var middle = items.Count / 2;
        await HalfAsync([.. items.Take(middle)]);
        await HalfAsync([.. items.Skip(middle)]);
    }

    private async Task HalfAsync(IReadOnlyList<T> half)
    {
        if (await attempt(half) is { } failure) await HalveAsync(half, failure);
        else _processed = true;
    }

    private void Suspect(T item, Exception failure)
    {
        _failed.Add((item, failure));
        if (failure is not FormatException && ++_suspects == MostSuspects && !_processed) throw NotTheItems(failure);
    }

    private static StoreUnavailableException NotTheItems(Exception failure) => new("Everything fails, so no single item is to blame.", failure);
}
