using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Finds the items of a failed batch that fail alone, in two attempts for each power of two. The others are processed on the way, in their
/// order.
/// </summary>
/// <param name="accountOf">The account of an item: what fails with one of its items may well fail with each of them.</param>
/// <param name="attempt">Processes some of the items in one transaction; returns the failure where nothing was processed.</param>
internal sealed class Halving<T>(Func<T, string> accountOf, Func<IReadOnlyList<T>, Task<Exception?>> attempt)
{
    /// <summary>
    /// So many items of one account that fail unexpectedly: the rest of the account is not tried one by one. So many accounts of which one
    /// failed before an item was
    /// processed mean that everything fails.
    /// </summary>
    private const int MostSuspects = 8;

    private readonly List<(T Item, Exception Failure)> _failed = [];
    private readonly Dictionary<string, int> _suspects = new(StringComparer.Ordinal);
    private bool _processed;

    /// <summary>Accounts of which an item has failed unexpectedly.</summary>
    public IReadOnlyCollection<string> Suspects => _suspects.Keys;

    /// <summary>The items that were not processed so far, each with its failure or that of its account.</summary>
    public IReadOnlyList<(T Item, Exception Failure)> Failed => _failed;

    /// <summary>Processes what can be.</summary>
    /// <returns>The items that cannot be processed, each with its failure.</returns>
    /// <exception cref="EverythingFailsException">Several items failed unexpectedly and none was processed: the items are not to
    /// blame.</exception>
    public async Task<IReadOnlyList<(T Item, Exception Failure)>> RunAsync(IReadOnlyList<T> items, Exception failure)
    {
        await HalveAsync(items, failure);
        return _processed || _suspects.Values.Sum() <= 1 ? _failed : throw new EverythingFailsException(failure);
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
        var tried = half.Where(item => !IsGivenUp(item)).ToList();
        _failed.AddRange(half.Where(IsGivenUp).Select(item => (item, LastOf(accountOf(item)))).ToList());
        var failure = tried.Count == 0 ? null : await attempt(tried);
        if (failure is not null) await HalveAsync(tried, failure);
        else _processed |= tried.Count > 0;
    }

    private bool IsGivenUp(T item) => _suspects.GetValueOrDefault(accountOf(item)) >= MostSuspects;

    private Exception LastOf(string account) => _failed.FindLast(failed => accountOf(failed.Item) == account).Failure;

    private void Suspect(T item, Exception failure)
    {
        _failed.Add((item, failure));
        if (failure is FormatException) return;
        _suspects[accountOf(item)] = _suspects.GetValueOrDefault(accountOf(item)) + 1;
        if (_suspects.Count == MostSuspects && !_processed) throw new EverythingFailsException(failure);
    }
}
