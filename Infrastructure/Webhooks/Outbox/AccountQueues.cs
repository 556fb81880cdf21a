namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// The claimed deliveries of a subscription that have not started: one queue for each account, with at most one delivery of an account in
/// flight. Accounts take turns and never wait for each other; a message about no account has a queue of its own.
/// </summary>
internal sealed class AccountQueues
{
    /// <summary>The accounts with a delivery queued or in flight, each with the deliveries behind its next one.</summary>
    private readonly Dictionary<(string? Account, string? Message), Queue<ClaimedDelivery>> _accounts = [];

    /// <summary>The next delivery of each account that has none in flight, the longest waiting first.</summary>
    private readonly Queue<ClaimedDelivery> _next = new();

    /// <summary>The number of queued deliveries.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a delivery could start at once if there were room: no delivery of its account is queued or in flight.</summary>
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

    /// <summary>Starts the next delivery; the others of its account wait until <see cref="End"/>.</summary>
    public bool TryBegin([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ClaimedDelivery? delivery)
    {
        if (!_next.TryDequeue(out delivery)) return false;
        Count--;
        return true;
    }

    /// <summary>Ends a started delivery, so that the next one of its account can start.</summary>
    public void End(ClaimedDelivery delivery)
    {
        if (_accounts[Key(delivery)].TryDequeue(out var next)) _next.Enqueue(next);
        else _accounts.Remove(Key(delivery));
    }

    /// <summary>Removes and returns all deliveries that have not started.</summary>
    public IReadOnlyList<ClaimedDelivery> Drain()
    {
        List<ClaimedDelivery> drained = [.. _next, .. _accounts.Values.SelectMany(waiting => waiting)];
        foreach (var delivery in _next) _accounts.Remove(Key(delivery));
        foreach (var waiting in _accounts.Values) waiting.Clear();
        _next.Clear();
        Count = 0;
        return drained;
    }

    /// <summary>Equal for deliveries that must not be in flight at the same time.</summary>
    public static (string? Account, string? Message) Key(ClaimedDelivery delivery) =>
        delivery.AccountId is { } account ? (account, null) : (null, delivery.MessageId);
}
