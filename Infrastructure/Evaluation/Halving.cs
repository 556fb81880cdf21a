using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Finds the items of a failed batch that fail alone, by halving: one bad item of N takes about 2 log₂ N attempts. The other items are
/// processed on the way, in their order.
/// </summary>
/// <param name="accountOf">The account of an item. If one item of an account fails, its other items may fail for the same reason.</param>
/// <param name="attempt">Processes some of the items in one transaction; returns the failure where nothing was processed.</param>
internal sealed class Halving<T>(Func<T, string> accountOf, Func<IReadOnlyList<T>, Task<Exception?>> attempt)
{
    /// <summary>
    /// After this many items of one account have failed unexpectedly, the account's other items are not tried. After items of this many
    /// accounts have failed and none was processed, everything is taken to fail.
    /// </summary>
    private const int MostSuspects = 8;

    private readonly List<(T Item, Exception Failure)> _failed = [];
    private readonly Dictionary<string, int> _suspects = new(StringComparer.Ordinal);
    private bool _processed;

    /// <summary>Accounts with an item that has failed unexpectedly.</summary>
    public IReadOnlyCollection<string> Suspects => _suspects.Keys;

    /// <summary>The items that failed so far, each with its failure or, where it was not tried, with another one of its account.</summary>
    public IReadOnlyList<(T Item, Exception Failure)> Failed => _failed;

    /// <summary>Processes the items that can be processed.</summary>
    /// <returns>The items that cannot be processed, each with its failure.</returns>
    /// <exception cref="EverythingFailsException">Several items failed unexpectedly and none was processed, so the items are not at
    /// fault.</exception>
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
