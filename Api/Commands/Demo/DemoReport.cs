using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using HealthApi.Api.Commands.Receiving;

namespace HealthApi.Api.Commands.Demo;

/// <summary>Collects the webhooks that the receiver got and prints a report at the end.</summary>
internal sealed class DemoReport
{
    private const int ShownAccounts = 15;

    private readonly ConcurrentQueue<ReceivedMessage> _messages = new();

    public int Count => _messages.Count;

    public void Add(ReceivedMessage message) => _messages.Enqueue(message);

    public void Write(TextWriter output, IReadOnlyList<DemoAccount> accounts)
    {
        var crossings = _messages.DistinctBy(message => message.Id).Select(message => message.Json?["data"] as JsonObject)
            .OfType<JsonObject>().ToList();
        output.WriteLine();
        output.WriteLine("How often each threshold was crossed:");
        WriteTotals(output, crossings);
        output.WriteLine();
        output.WriteLine($"The {ShownAccounts} accounts with the most crossings:");
        WriteAccounts(output, crossings, accounts);
        output.WriteLine();
        var valid = _messages.Count(message => message.Signed == true);
        output.WriteLine(
            $"Webhooks received: {_messages.Count:N0}, signature valid: {valid:N0}, "
                + $"received twice: {_messages.Count - crossings.Count:N0}.");
    }

    private static void WriteTotals(TextWriter output, List<JsonObject> crossings)
    {
        var table = new TextTable("threshold", "falling", "rising", "entered");
        var passed = crossings.SelectMany(crossing => crossing["passed"]!.AsArray()
            .Select(name => (Threshold: name!.GetValue<string>(), Direction: Text(crossing, "direction"))));
        foreach (var threshold in passed.GroupBy(pass => pass.Threshold).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            int Of(string direction) => threshold.Count(pass => pass.Direction == direction);
            table.Add(threshold.Key, Of("falling"), Of("rising"), Of("entered"));
        }

        table.Write(output);
    }

    private static void WriteAccounts(TextWriter output, List<JsonObject> crossings, IReadOnlyList<DemoAccount> accounts)
    {
        var byId = accounts.ToDictionary(account => account.Id, StringComparer.Ordinal);
        var table = new TextTable("account", "life", "crossings", "last health crossing", "last churn-risk crossing");
        var eventful = crossings.GroupBy(crossing => Text(crossing, "accountId")).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal);
        foreach (var group in eventful.Take(ShownAccounts))
        {
            var account = byId[group.Key];
            table.Add(
                account.Name, account.Life.ToString().ToLowerInvariant(), group.Count(), Last(group, "health", "category"),
                Last(group, "churn_risk", "level"));
        }

        table.Write(output);
    }

    private static string Last(IEnumerable<JsonObject> crossings, string metric, string label) =>
        crossings.Where(crossing => Text(crossing, "metric") == metric)
            .MaxBy(crossing => crossing["sequence"]!.GetValue<long>()) is { } last
            ? $"{Standing(last["from"], label)} → {Standing(last["to"], label)}"
            : "–";

    private static string Standing(JsonNode? standing, string label) =>
        $"{(standing?["score"] is { } score ? $"{score.GetValue<double>():0.0}" : "–")} {standing?[label]?.GetValue<string>()}";

    private static string Text(JsonObject crossing, string name) => crossing[name]?.GetValue<string>() ?? "";
}
