using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Events;
using HealthApi.Core.History;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>Folds over event logs in memory.</summary>
internal static class LogFolds
{
    public static TFold Over<TFold>(this TFold fold, IEnumerable<LoggedEvent> log)
        where TFold : ILogFold
    {
        foreach (var logged in log) fold.Take(logged);
        return fold;
    }

    /// <summary>The events of the history, oldest first, each received at the instant at which it occurred.</summary>
    public static IEnumerable<LoggedEvent> Log(this AccountHistory history) =>
        history.Events.OrderBy(happened => happened.OccurredAt).Select(happened => new LoggedEvent(happened, happened.OccurredAt));
}
