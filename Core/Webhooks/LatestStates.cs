namespace HealthApi.Core.Webhooks;

/// <summary>
/// Which messages about accounts' states are old news: those of which every threshold has a later message of the same account. A message
/// that names no threshold counts by its type. The order is that of <c>position</c>, which rises with every message.
/// </summary>
public sealed class LatestStates
{
    private readonly Dictionary<(string Account, string Type, string Threshold), long> _latest = [];

    public void Add(StateMessage message, long position)
    {
        ArgumentNullException.ThrowIfNull(message);
        foreach (var subject in Subjects(message))
            if (!_latest.TryGetValue(subject, out var known) || known < position) _latest[subject] = position;
    }

    /// <summary>Whether later messages say all that this one says.</summary>
    public bool Replaces(StateMessage message, long position)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Subjects(message).All(subject => _latest.TryGetValue(subject, out var latest) && latest > position);
    }

    /// <summary>
    /// Of some messages in their order, the positions of those that need not be sent: old news, unless they resolve what the receiver knows
    /// of. It knows of the messages in <paramref name="known"/> and of those that are sent of these.
    /// </summary>
    public IReadOnlyList<long> OldNews(IEnumerable<(long Position, StateMessage Message)> messages, IReadOnlySet<string> known)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var (sent, old) = (new HashSet<string>(known, StringComparer.Ordinal), new List<long>());
        foreach (var (position, message) in messages)
        {
            if (Replaces(message, position) && !message.Resolves.Any(crossing => sent.Contains(message.IdOfResolved(crossing))))
                old.Add(position);
            else sent.Add(message.Id);
        }

        return old;
    }

    private static IEnumerable<(string Account, string Type, string Threshold)> Subjects(StateMessage message) =>
        message.Thresholds.DefaultIfEmpty("").Select(threshold => (message.AccountId, message.Type, threshold));
}
