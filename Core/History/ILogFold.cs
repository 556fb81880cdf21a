using HealthApi.Core.Events;

namespace HealthApi.Core.History;

/// <summary>Takes an account's log event by event, oldest first, after its baseline. Its memory does not grow with the log.</summary>
public interface ILogFold
{
    void Take(LoggedEvent logged);
}
