namespace HealthApi.Core.Alerts;

/// <summary>
/// The messages of alerts to one owner whose number is limited: <c>alert.opened</c> and <c>alert.updated</c> within 7 days. What is over
/// the limit is withheld, except alerts of the worst category or level. Other messages follow one that was sent, so they are neither
/// counted nor withheld.
/// </summary>
/// <param name="Sent">The instants of the messages of the last 7 days, oldest first.</param>
/// <param name="Withheld">The number of messages that were withheld since the last one that was sent.</param>
public sealed record AlertBudget(IReadOnlyList<DateTimeOffset> Sent, int Withheld)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public static readonly AlertBudget Unused = new([], 0);

    /// <summary>The budget after a message, and whether the message is sent.</summary>
    /// <param name="limit">The number of messages within 7 days, 1 or more.</param>
    public (AlertBudget Budget, bool IsSent) Next(int limit, AlertSeverity severity, DateTimeOffset at)
    {
        DateTimeOffset[] sent = [.. Sent.Where(one => at - one < Week)];
        return sent.Length < limit || severity == AlertSeverity.Critical
            ? (new AlertBudget([.. sent, at], 0), true)
            : (new AlertBudget(sent, Withheld + 1), false);
    }
}
