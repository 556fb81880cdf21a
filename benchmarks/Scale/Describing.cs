using System.Text.Json;
using HealthApi.Benchmarks.Hosts;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// Gives all accounts profiles, and a third of them an event that moves their standing, so that each filter of the listing has few and many
/// matches. An interrupted description goes on where it stopped.
/// </summary>
internal sealed class Describing(ScaleBed bed)
{
    private const int Chunk = 500, Parallel = 2, Report = 100_000;

    private static readonly string[] Types =
        ["relationship.champion_left", "ticket.opened", "nps.responded", "csat.responded", "usage.login"];

    private readonly Random _random = new(14);

    /// <summary>Each owner has a thousandth of the accounts; a parent has 1,000, a tag a fifth or a forty-fifth of them.</summary>
    public static string Owner(int number) => $"owner-{number:D4}";

    public static string Parent(int number) => $"scale-{number:D7}";

    public static string Tag(int number) => $"tag-{number:D2}";

    public async Task DescribeAsync()
    {
        while (bed.State.DescribedAccounts < bed.Options.Accounts)
        {
            var product = await bed.ProductAsync();
            var described = bed.State.DescribedAccounts;
            var accounts = bed.Draw.InOrder(described, Math.Min(Chunk * Parallel, bed.Options.Accounts - described));
            await Task.WhenAll(accounts.Chunk(Chunk).Select(chunk => ProfilesAsync(product, [.. chunk.Select(Profile)])));
            await product.PostAsync("/v1/events", accounts.Where(number => number % 3 == 0).Select(Event));
            bed.Keep(bed.State with { DescribedAccounts = bed.State.DescribedAccounts + accounts.Length });
            if (bed.State.DescribedAccounts % Report == 0)
                await bed.Output.WriteLineAsync($"{DateTime.UtcNow:T} described {bed.State.DescribedAccounts:N0} accounts");
        }
    }

    private static Task<JsonElement> ProfilesAsync(Product product, object[] accounts) =>
        product.PostAsync("/v1/accounts:batch", new { accounts });

    private object Profile(int number) => new
    {
        id = AccountDraw.Id(number),
        name = $"Customer {_random.Next(bed.Options.Accounts):D7} {(number % 1_000 == 0 ? "Aviation" : "Trading")}",
        arr = Math.Round(Math.Exp(7 + (_random.NextDouble() * 6)), 2),
        mrr = Math.Round(Math.Exp(4 + (_random.NextDouble() * 6)), 2),
        licences = _random.Next(1, 200),
        featuresAvailable = 12,
        customerSince = DateTimeOffset.UtcNow.AddDays(-_random.Next(number % 33 == 0 ? 301 : 10, 900)),
        renewalDate = number % 5 == 0 ? null : (DateTimeOffset?)DateTimeOffset.UtcNow.AddDays(_random.Next(-100, 400)),
        churnedAt = number % 33 == 0 ? (DateTimeOffset?)DateTimeOffset.UtcNow.AddDays(-_random.Next(1, 300)) : null,
        owner = Owner(_random.Next(1_000)),
        parentId = number % 20 == 1 ? Parent(number / 20_000 * 20) : null,
        tags = new[] { Tag(_random.Next(5)), Tag(5 + _random.Next(45)) },
        externalIds = number % 3 == 0 ? new { stripe = $"cus_{number}" } : null,
    };

    private object Event(int number) => Types[_random.Next(Types.Length)] switch
    {
        "ticket.opened" => Event(number, "ticket.opened", new { ticketId = "t1", priority = "p1", sentiment = "negative" }),
        "nps.responded" => Event(number, "nps.responded", new { score = _random.Next(0, 11) }),
        "csat.responded" => Event(number, "csat.responded", new { score = _random.Next(1, 6) }),
        var type => Event(number, type, new { }),
    };

    private static object Event(int number, string type, object data) =>
        new { id = $"describe-{number}", type, accountId = AccountDraw.Id(number), source = "describe", data };
}
