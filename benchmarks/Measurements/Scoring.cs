using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>
/// Accounts per second through <c>POST /v1/score</c>, 10,000 in each request and with explanation, compared with the same accounts parsed
/// and scored in process by one thread.
/// </summary>
internal sealed class Scoring(TestBed bed) : IMeasurement
{
    private const int Accounts = 10_000, Requests = 10;

    private readonly byte[] _body =
        JsonSerializer.SerializeToUtf8Bytes(new { model = "lifecycle", accounts = Enumerable.Range(0, Accounts).Select(Account) });

    public string Group => Groups.Scoring;

    public async Task WarmUpAsync()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < bed.Options.WarmUp;)
        {
            await PostAllAsync();
            for (var run = 0; run < Requests; run++) ParseAndScore();
            ScoreAlone();
        }
    }

    public async Task MeasureAsync(FigureSheet sheet)
    {
        sheet.Add(Figure.InProcessScores, "/s", PerSecond(ParseAndScore));
        sheet.Add(Figure.ScorerAlone, "/s", PerSecond(ScoreAlone));
        var clock = Stopwatch.StartNew();
        await PostAllAsync();
        sheet.Add(Figure.HttpScores, "/s", Accounts * Requests / clock.Elapsed.TotalSeconds);
    }

    private static object Account(int number) => new
    {
        id = $"account-{number}",
        signals = new
        {
            daysSinceLastActivity = number % 40,
            coreFeatureAdoption = number % 5 / 4.0,
            supportSentiment = number % 3 == 0 ? "negative" : "positive",
            loginDays30 = number % 30,
            paymentStatus = number % 10 == 0 ? "late" : "current",
            usageChange30 = (number % 100 / 100.0) - 0.5,
            npsScore180 = (number % 200) - 100,
            highPriorityTickets14 = number % 4,
        },
    };

    private static double PerSecond(Action run)
    {
        var clock = Stopwatch.StartNew();
        for (var number = 0; number < Requests; number++) run();
        return Accounts * Requests / clock.Elapsed.TotalSeconds;
    }

    private static void ScoreAlone()
    {
        var signals = Signals(JsonSerializer.SerializeToElement(Account(7)).GetProperty("signals"), new SignalSet());
        for (var number = 0; number < Accounts; number++) HealthScorer.Score(BuiltInModels.Default, signals);
    }

    private static SignalSet Signals(JsonElement given, SignalSet signals)
    {
        foreach (var member in given.EnumerateObject())
        {
            if (SignalCatalogue.TryParse(member.Name, out var signal))
            {
                signals[signal] = member.Value.ValueKind == JsonValueKind.String ? SignalValue.Of(member.Value.GetString()!)
                    : SignalValue.Of(member.Value.GetDouble());
            }
        }

        return signals;
    }

    private void ParseAndScore()
    {
        using var document = JsonDocument.Parse(_body);
        var signals = new SignalSet();
        foreach (var account in document.RootElement.GetProperty("accounts").EnumerateArray())
        {
            signals.Clear();
            Signals(account.GetProperty("signals"), signals);
            HealthScorer.Score(BuiltInModels.Default, signals);
            ChurnAssessor.Assess(BuiltInChurnRules.Default, signals);
        }
    }

    private async Task PostAllAsync()
    {
        var product = await bed.EmbeddedAsync();
        for (var request = 0; request < Requests; request++)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/score") { Content = new ByteArrayContent(_body) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await product.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            await answer.Content.CopyToAsync(Stream.Null);
        }
    }
}
