using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Explaining;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>
/// Daily scores of simulated accounts: values of simple random processes, or scores of generated events that are replayed through the fold
/// and a model. The same seed gives the same scores.
/// </summary>
internal static class SimulatedScores
{
    public static readonly string[] Processes =
        ["walk", "fading trend", "steps", "noise", "returning", "slowly returning", "between bands"];

    public static readonly string[] Models = ["lifecycle", "five-factor"];

    private static readonly string[] Features = ["reports", "export", "alerts", "search", "api", "teams"];

    private static readonly DateTimeOffset Begin = new(2025, 1, 6, 0, 0, 0, TimeSpan.Zero);

    public static double[] Process(string kind, int seed, int days)
    {
        var random = new Random(seed);
        var (path, mean, trend, swing) = (new double[days], 40 + (random.NextDouble() * 30), Normal(random) * 0.6, 0.0);
        var level = mean;
        for (var day = 0; day < days; day++)
        {
            trend *= 0.97;
            swing = (0.93 * swing) + (Normal(random) * 3);
            level += kind switch
            {
                "walk" => Normal(random) * 1.2,
                "fading trend" => trend + (Normal(random) * 0.5),
                "steps" => random.NextDouble() < 0.05 ? Normal(random) * 6 : 0,
                "returning" => (0.1 * (mean - level)) + (Normal(random) * 1.5),
                "slowly returning" => (0.03 * (mean - level)) + (Normal(random) * 1.5),
                _ => 0,
            };
            level = Math.Clamp(level, 0, 100);
            var shown = kind switch { "noise" => Normal(random) * 3, "between bands" => Math.Round(swing / 8) * 8, _ => 0 };
            path[day] = Math.Clamp(level + shown, 0, 100);
        }

        return path;
    }

    /// <summary>
    /// The scores of a simulated customer whose rates of usage and of trouble follow random walks: days without usage, tickets with a
    /// sentiment, unpaid invoices, surveys. The customer is two months old on the day of the first score.
    /// </summary>
    public static double[] Replay(string model, int seed, int days)
    {
        const int Before = 60;
        var account = new Account
        {
            Id = "acme",
            Name = "Acme",
            Licences = 10,
            FeaturesAvailable = Features.Length,
            CoreFeatures = Features,
            CustomerSince = Begin,
        };
        var registry = new ModelRegistry().Assign(ModelRegistry.Fallback, new ModelAssignment(BuiltInModels.Get(model)!, true));
        var policy = new EvaluationPolicy(registry, BuiltInChurnRules.Default, SegmentPolicy.Default, []);
        var (first, end) = (Begin.ToDay() + Before, Begin.ToDay() + Before + days);
        var fold = new HistoryFold(null, AccountPast.Of(account), policy, int.MinValue, end);
        foreach (var happened in Life(new Random(seed), Before + days)) fold.Take(happened);
        return [.. HistoryIntervals.Fill(fold.Complete(), first, end - 1).Select(day => day.Score!.Value)];
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static IEnumerable<HealthEvent> Life(Random random, int days)
    {
        var (use, trouble, number) = (Normal(random), Normal(random) - 1, 0);
        for (var day = 0; day < days; day++)
        {
            use = (0.97 * use) + (Normal(random) * 0.3);
            trouble = (0.95 * trouble) + (Normal(random) * 0.3) - 0.05;
            foreach (var (type, data) in Day(random, day, Math.Exp(use), Math.Exp(trouble)))
                yield return new HealthEvent("sim", $"evt-{number++}", type, "acme", Begin.AddDays(day).AddHours(12), data);
        }
    }

    private static IEnumerable<(EventType Type, EventData Data)> Day(Random random, int day, double use, double trouble)
    {
        if (random.NextDouble() < (day % 7 < 5 ? 1 - Math.Exp(-use) : 0.1))
        {
            for (var times = 0; times < 1 + (2 * use * random.NextDouble()); times++)
                yield return (EventType.UsageFeatureUsed, Use(random));
        }

        if (random.NextDouble() < 0.15 * trouble)
        {
            var sentiment = random.NextDouble() < 0.3 * trouble ? Sentiment.Negative
                : random.Next(2) == 0 ? Sentiment.Neutral : Sentiment.Positive;
            yield return (EventType.TicketOpened, new TicketData($"T-{day}", TicketPriority.P3, sentiment, null, null));
            if (random.NextDouble() < 0.9)
                yield return (EventType.TicketResolved, new TicketData($"T-{day}", TicketPriority.P3, sentiment, true, null));
        }

        if (day % 30 == 10)
        {
            var isPaid = random.NextDouble() >= 0.1 * trouble;
            yield return (
                isPaid ? EventType.BillingInvoicePaid : EventType.BillingPaymentFailed, new BillingData { InvoiceId = $"in-{day / 30}" });
        }

        if (random.NextDouble() < 0.01)
        {
            var score = Math.Clamp(Math.Round(8 - (2 * trouble) + Normal(random)), 0, 10);
            yield return (EventType.NpsResponded, new ResponseData(score, null, null));
        }
    }

    /// <summary>Some features are used more than others.</summary>
    private static UsageData Use(Random random) => new()
    {
        UserId = $"u{random.Next(10)}",
        Feature = Features[(int)(Features.Length * random.NextDouble() * random.NextDouble())],
        Quantity = 1,
    };
}
