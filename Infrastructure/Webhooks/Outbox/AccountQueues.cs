namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// The claimed deliveries of a subscription that have not begun: a queue for each account, of which one delivery at a time is under way.
/// Accounts take
/// turns and never wait for each other; a message about no account is an account of its own.
/// </summary>
internal sealed class AccountQueues
{
    /// <summary>Accounts with a delivery queued or under way; what waits of an account is behind the one whose turn it is.</summary>
    private readonly Dictionary<(string? Account, string? Message), Queue<ClaimedDelivery>> _accounts = [];

    /// <summary>The next of each account that has none under way, the longest waiting first.</summary>
    private readonly Queue<ClaimedDelivery> _next = new();

    /// <summary>How many are queued.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it could begin at once, were there room: nothing of its account is queued or under way.</summary>
    public bool IsFree(ClaimedDelivery delivery) => !_accounts.ContainsKey(Key(delivery));

    /// <summary>Deliveries of one account keep the order in which they are added.</summary>
    public void Add(ClaimedDelivery delivery)
    {
        Count++;
        if (_accounts.TryGetValue(Key(delivery), out var waiting))
        {
            waiting.Enqueue(delivery);
            return;
        }

        _accounts.Add(Key(delivery), new Queue<ClaimedDelivery>());
        _next.Enqueue(delivery);
    }

    /// <summary>The next delivery; the others of its account wait until <see cref="End"/>.</summary>
    public bool TryBegin([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ClaimedDelivery? delivery)
    {
        if (!_next.TryDequeue(out delivery)) return false;
        Count--;
        return true;
    }

    /// <summary>A delivery that had begun is over: it is the turn of its account's next.</summary>
    public void End(ClaimedDelivery delivery)
    {
        if (_accounts[Key(delivery)].TryDequeue(out var next)) _next.Enqueue(next);
        else _accounts.Remove(Key(delivery));
    }

    /// <summary>Takes out all that have not begun.</summary>
    public IReadOnlyList<ClaimedDelivery> Drain()
    {
        List<ClaimedDelivery> drained = [.. _next, .. _accounts.Values.SelectMany(waiting => waiting)];
        foreach (var delivery in _next) _accounts.Remove(Key(delivery));
        foreach (var waiting in _accounts.Values) waiting.Clear();
        _next.Clear();
        Count = 0;
        return drained;
    }

    /// <summary>Equal for deliveries of which one at a time is under way.</summary>
    public static (string? Account, string? Message) Key(ClaimedDelivery delivery) =>
        delivery.AccountId is { } account ? (account, null) : (null, delivery.MessageId);
}
