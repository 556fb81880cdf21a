using System.Text;

namespace HealthApi.Benchmarks.Load;

/// <summary>
/// Events as a company with 1,000 customers sends them: mostly usage, some tickets, and a few survey answers, invoices and trainings, about
/// 300 bytes each. The same seed gives the same events.
/// </summary>
internal sealed class EventCorpus(int seed)
{
    public const int Accounts = 1_000;

    private const int UsersPerAccount = 25, Features = 12, TicketsPerAccount = 8;
    private static readonly string IdPlace = new('0', EventTemplate.IdDigits), MicrosecondPlace = new('0', EventTemplate.MicrosecondDigits);

    private readonly Random _random = new(seed);
    private readonly string _source = $"bench-{seed}";

    public static string AccountId(int number) => $"bench-account-{number:D4}";

    /// <summary>One event as a JSON object.</summary>
    public EventTemplate Single() => ToTemplate(Event(), 1);

    /// <summary>A JSON array of events.</summary>
    public EventTemplate Batch(int events) =>
        ToTemplate($"[{string.Join(",\n", Enumerable.Range(0, events).Select(_ => Event()))}]", events);

    private static EventTemplate ToTemplate(string json, int events)
    {
        var places = new List<(int, int)>(events);
        for (var at = 0; (at = json.IndexOf("\"id\":\"", at, StringComparison.Ordinal)) >= 0; at++)
        {
            // The time follows the id in every event, and its fraction ends before the Z.
            var time = json.IndexOf("\"occurredAt\":\"", at, StringComparison.Ordinal);
            places.Add((at + "\"id\":\"event-".Length, json.IndexOf('Z', time) - EventTemplate.MicrosecondDigits));
        }

        return new EventTemplate(Encoding.UTF8.GetBytes(json), places);
    }

    private string Event()
    {
        var (type, data) = Content();
        var time = DateTimeOffset.UtcNow.AddSeconds(-_random.Next(1, 30));
        return $$"""
            {"id":"event-{{IdPlace}}","type":"{{type}}","accountId":"{{AccountId(_random.Next(Accounts))}}","occurredAt":"{{time:yyyy-MM-ddTHH:mm:ss}}.{{MicrosecondPlace}}Z","source":"{{_source}}","data":{{data}}}
            """;
    }

    private (string Type, string Data) Content() => _random.Next(1_000) switch
    {
        < 700 => ("usage.feature_used", Usage($"\"feature\":\"feature-{_random.Next(Features)}\",\"quantity\":{_random.Next(1, 20)}")),
        < 850 => ("usage.activity", Usage($"\"quantity\":{_random.Next(1, 200)}")),
        < 930 => ("usage.login", Usage("\"client\":\"web\"")),
        < 945 => ("ticket.opened", Ticket($"\"priority\":\"p{_random.Next(1, 5)}\",\"sentiment\":\"{Sentiment()}\"")),
        < 960 => ("ticket.updated", Ticket($"\"sentiment\":\"{Sentiment()}\"")),
        < 962 => ("ticket.escalated", Ticket("\"level\":\"normal\"")),
        < 975 => ("ticket.resolved", Ticket("\"firstContactResolution\":true")),
        < 985 => ("csat.responded", Answer(1, 6)),
        < 990 => ("nps.responded", Answer(0, 11)),
        < 995 => (
            "billing.invoice_paid", Padded($"\"invoiceId\":\"invoice-{_random.Next(1_000)}\",\"amount\":1200.50,\"currency\":\"USD\"")),
        _ => ("relationship.training_completed", Padded("\"course\":\"reporting basics\"")),
    };

    private string Usage(string rest) => Padded($"\"userId\":\"user-{_random.Next(UsersPerAccount)}@customer.example\",{rest}");

    private string Ticket(string rest) => Padded($"\"ticketId\":\"ticket-{_random.Next(TicketsPerAccount)}\",{rest}");

    private string Answer(int least, int below) =>
        Padded($"\"score\":{_random.Next(least, below)},\"comment\":\"Fine, but the export is slow.\"");

    private string Sentiment() => _random.Next(3) switch { 0 => "positive", 1 => "neutral", _ => "negative" };

    /// <summary>Adds members that the service does not know and stores, as real senders have them.</summary>
    private string Padded(string members) =>
        $"{{{members},\"session\":\"{_random.NextInt64():x16}\",\"region\":\"eu-central\",\"app\":\"web 4.18.2\"}}";
}
