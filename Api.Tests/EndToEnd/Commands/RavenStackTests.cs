using Dapper;
using HealthApi.Api.Commands;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Events;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Commands;

/// <summary>
/// Imports the five tables of the public data set RavenStack. It is dirty on purpose: it has repeated ids, tickets before the sign-up and
/// usage before the subscription. The reported counts are compared with counts that the tests make over the same files.
/// </summary>
public sealed class RavenStackTests
{
    private static readonly string[] Tables = ["accounts", "subscriptions", "feature_usage", "support_tickets", "churn_events"];

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, CommandRun> _runs = [];

    [OneTimeSetUp]
    public async Task ImportAsync()
    {
        foreach (var table in Tables) _runs[table] = await ImportAsync(table);
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Every_table_is_imported_without_rejected_rows()
    {
        foreach (var (table, run) in _runs)
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), table + run.Error);
            Assert.That(run.Output, Does.Contain($"{Rows(table).Count:N0} rows in ").And.Not.Contain("rejected"), table);
        }
    }

    [Test]
    public void Each_account_is_created_once() =>
        Assert.That(
            _runs["accounts"].Output,
            Does.Contain($"{Rows("accounts").Select(row => row["account_id"]).Distinct().Count()} created, 0 updated, 0 unchanged"));

    [Test]
    public void Repeated_usage_ids_are_counted_exactly()
    {
        var byId = Rows("feature_usage").GroupBy(row => row["usage_id"]).ToList();
        var repeats = byId.Sum(group => group.Count() - 1);
        var conflicts = byId.Sum(group => group.Skip(1).Count(row => !Same(row, group.First())));

        Assert.That(repeats, Is.EqualTo(21), "the data set has 21 repeated usage ids");
        Assert.That(
            _runs["feature_usage"].Output, Does.Contain($"{byId.Count:N0} new, {repeats - conflicts} duplicates, {conflicts} conflicts"));
    }

    [Test]
    public void The_event_log_has_as_many_events_of_each_type_as_the_rows_give()
    {
        var (tickets, churn, subscriptions) = (Rows("support_tickets"), Rows("churn_events"), Rows("subscriptions"));
        var expected = new Dictionary<EventType, int>
        {
            [EventType.UsageFeatureUsed] = Rows("feature_usage").Select(row => row["usage_id"]).Distinct().Count(),
            [EventType.TicketOpened] = tickets.Count,
            [EventType.TicketEscalated] = tickets.Count(row => row["escalation_flag"] == "True"),
            [EventType.TicketResolved] = tickets.Count,
            [EventType.TicketClosed] = tickets.Count,
            [EventType.CsatResponded] = tickets.Count(row => row["satisfaction_score"].Length > 0),
            [EventType.BillingSubscriptionChanged] = subscriptions.Count(row => row["is_trial"] == "False"),
            [EventType.BillingSubscriptionCancelled] =
                subscriptions.Count(row => row["end_date"].Length > 0) + churn.Count(row => row["is_reactivation"] == "False"),
            [EventType.BillingRenewed] = churn.Count(row => row["is_reactivation"] == "True"),
            [EventType.RelationshipFeedbackGiven] = churn.Count(row => row["feedback_text"].Length > 0),
            [EventType.RelationshipCompetitorMentioned] = churn.Count(row => row["feedback_text"] == "switched to competitor"),
            [EventType.RelationshipBudgetCut] =
                churn.Count(row => row["reason_code"] == "budget" || row["feedback_text"] == "too expensive"),
        };

        Assert.That(
            Query<(long Type, long Count)>("SELECT type, COUNT(*) FROM events GROUP BY type")
            .Select(row => ((EventType)row.Type, (int)row.Count)),
            Is.EquivalentTo(expected.Select(pair => (pair.Key, pair.Value))));
    }

    [Test]
    public void Usage_is_assigned_to_the_account_of_its_subscription()
    {
        var accountOf = Rows("subscriptions").ToDictionary(row => row["subscription_id"], row => row["account_id"]);
        var expected = Rows("feature_usage").DistinctBy(row => row["usage_id"]).GroupBy(row => accountOf[row["subscription_id"]])
            .Select(group => (group.Key, (long)group.Count()));

        Assert.That(
            Query<(string, long)>("SELECT account_id, COUNT(*) FROM events WHERE type = 2 GROUP BY account_id"), Is.EquivalentTo(expected));
    }

    [Test]
    public void The_history_of_each_account_begins_on_the_day_of_its_first_event() =>
        Assert.That(
            Query<long>("""
                SELECT COUNT(*) FROM accounts AS a
                WHERE (SELECT MIN(day) FROM score_history WHERE account_id = a.id) <> (SELECT MIN(occurred_at) / 86400000000
                    FROM events WHERE account_id = a.id)
                """).Single(),
            Is.Zero);

    [Test]
    public async Task A_second_import_adds_nothing()
    {
        foreach (var table in Tables)
        {
            var again = await ImportAsync(table);
            Assert.That(again.Output, Does.Contain(" 0 new, ").And.Contain("0 created, 0 updated"), table);
        }
    }

    private static bool Same(Dictionary<string, string> left, Dictionary<string, string> right) =>
        left.All(cell => right[cell.Key] == cell.Value);

    /// <summary>Reads the rows by splitting at commas; these files have no quoted cells.</summary>
    private static List<Dictionary<string, string>> Rows(string table)
    {
        var lines = File.ReadLines(DataFile(table)).Select(line => line.Split(',')).ToList();
        return [.. lines.Skip(1).Select(cells => lines[0].Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    private static string DataFile(string table) => SharedData.File("ravenstack", $"ravenstack_{table}.csv");

    private Task<CommandRun> ImportAsync(string table)
    {
        var mapping = Path.Combine(SourceTree.Root, "Api.Tests", "Import", "ravenstack", table + ".json");
        var clock = new ManualTimeProvider();
        return CommandRun.OfAsync(
            _folder, ["import", mapping, DataFile(table), "--rejected", _folder.File("rejected.csv"), "--Retention:Events", "4000"], clock);
    }

    private List<T> Query<T>(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File("health.db")};Mode=ReadOnly");
        return connection.Query<T>(sql).AsList();
    }
}
