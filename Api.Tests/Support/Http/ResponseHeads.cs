using System.Diagnostics.Tracing;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Counts the responses whose status and headers this process's HTTP clients have read, from .NET's own events.</summary>
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
