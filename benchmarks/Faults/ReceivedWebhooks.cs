using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using HealthApi.Benchmarks.Hosts;

namespace HealthApi.Benchmarks.Faults;

/// <summary>The crossings that a real receiver got, each with the message ids under which it arrived.</summary>
internal sealed class ReceivedWebhooks
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _messages = new();

    public ReceivedWebhooks(Receiver receiver) => receiver.ReceivedWebhooks = Keep;

    public bool Knows(string crossing) => _messages.ContainsKey(crossing);

    /// <summary>The number of crossings that arrived under more than one message id.</summary>
    public int Twice => _messages.Count(entry => entry.Value.Count > 1);

    private void Keep(string messageId, ReadOnlySequence<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        using var message = JsonDocument.ParseValue(ref reader);
        var crossing = message.RootElement.GetProperty("data").GetProperty("crossingId").GetString()!;
        _messages.GetOrAdd(crossing, _ => new())[messageId] = true;
    }
}
