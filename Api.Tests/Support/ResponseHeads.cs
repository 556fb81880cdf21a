using System.Diagnostics.Tracing;

namespace HealthApi.Api.Tests.Support;

/// <summary>Counts the answers whose status and headers the HTTP clients of this process have read, by .NET's own events.</summary>
internal sealed class ResponseHeads : EventListener
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Net.Http") EnableEvents(eventSource, EventLevel.Informational);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName == "ResponseHeadersStop") Interlocked.Increment(ref _count);
    }
}
