namespace HealthApi.Core.Webhooks;

/// <summary>
/// Finds messages about account states that later messages have superseded: every threshold of the message has a later message about the
/// same account. A message without a threshold is compared by its type. The order is that of <c>position</c>, which rises with every
/// message.
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

    /// <summary>Whether later messages supersede this one.</summary>
    public bool IsSuperseded(StateMessage message, long position)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Subjects(message).All(subject => _latest.TryGetValue(subject, out var latest) && latest > position);
    }

    /// <summary>
    /// The positions of the messages that need not be sent, from a list in order. A superseded message is sent anyway if it resolves a
    /// crossing whose message the receiver has: one of <paramref name="known"/>, or one of the list that is sent.
    /// </summary>
    public IReadOnlyList<long> Superseded(IEnumerable<(long Position, StateMessage Message)> messages, IReadOnlySet<string> known)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var (sent, old) = (new HashSet<string>(known, StringComparer.Ordinal), new List<long>());
        foreach (var (position, message) in messages)
        {
            if (IsSuperseded(message, position) && !message.Resolves.Any(crossing => sent.Contains(message.IdOfResolved(crossing))))
                old.Add(position);
            else sent.Add(message.Id);
        }

        return old;
    }

    private static IEnumerable<(string Account, string Type, string Threshold)> Subjects(StateMessage message) =>
        message.Thresholds.DefaultIfEmpty("").Select(threshold => (message.AccountId, message.Type, threshold));
}
