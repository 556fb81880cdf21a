using HealthApi.Core.Events;

namespace HealthApi.Core.History;

/// <summary>
/// Takes an account's log event by event, oldest first, starting from its baseline. What it keeps does not grow with the log.
/// </summary>
public interface ILogFold
{
    void Take(LoggedEvent logged);
}
