using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Events;
using HealthApi.Core.History;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>Folds over logs that are in memory.</summary>
internal static class LogFolds
{
    public static TFold Over<TFold>(this TFold fold, IEnumerable<LoggedEvent> log)
        where TFold : ILogFold
    {
        foreach (var logged in log) fold.Take(logged);
        return fold;
    }

    /// <summary>The history's events, oldest first, each come when it happened.</summary>
    public static IEnumerable<LoggedEvent> Log(this AccountHistory history) =>
        history.Events.OrderBy(happened => happened.OccurredAt).Select(happened => new LoggedEvent(happened, happened.OccurredAt));
}
