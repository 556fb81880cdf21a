using System.Text;
using HealthApi.Benchmarks.Load;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Batches of usage events of about 200 bytes, whose ids, times and accounts are stamped before each POST.</summary>
internal sealed class ScaleEvents(int seed)
{
    private const int Users = 25, Features = 12;

    private const string IdMark = "event-", AccountMark = "scale-";

    private readonly Random _random = new(seed);

    /// <summary>A JSON array of events.</summary>
    public EventTemplate Batch(int events)
    {
        var json = $"[{string.Join(",\n", Enumerable.Range(0, events).Select(_ => Event()))}]";
        var (places, accounts) = (new List<(int, int)>(events), new List<int>(events));
        for (var at = 0; (at = json.IndexOf("\"id\":\"", at, StringComparison.Ordinal)) >= 0; at++)
        {
            var time = json.IndexOf("\"occurredAt\":\"", at, StringComparison.Ordinal);
            places.Add((json.IndexOf(IdMark, at, StringComparison.Ordinal) + IdMark.Length,
                json.IndexOf('Z', time) - EventTemplate.MicrosecondDigits));
            accounts.Add(json.IndexOf(AccountMark, at, StringComparison.Ordinal) + AccountMark.Length);
        }

        return new EventTemplate(Encoding.UTF8.GetBytes(json), places, accounts);
    }

    private string Event()
    {
        var time = DateTimeOffset.UtcNow.AddSeconds(-_random.Next(1, 30));
        var data = $"\"userId\":\"user-{_random.Next(Users)}@customer.example\",\"feature\":\"feature-{_random.Next(Features)}\",\"quantity\":7";
        return $$"""
            {"id":"event-000000000000","type":"usage.feature_used","accountId":"scale-0000000","occurredAt":"{{time:yyyy-MM-ddTHH:mm:ss}}.000000Z","source":"bench","data":{ {{data}} } }
            """;
    }
}
