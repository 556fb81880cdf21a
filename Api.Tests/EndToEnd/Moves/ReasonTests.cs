using System.Text.Json;
using HealthApi.Api.Tests.Api.Explaining;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Moves;

/// <summary>The reasons in a message are the parts of <c>/health/changes</c> between its two standings.</summary>
public sealed class ReasonTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Balanced = """
        {'components':[
          {'id':'payment','weight':10,'measures':[{'signal':'paymentStatus','normaliser':{'kind':'map','points':{'current':100,'late':50,'overdue':0}}}]},
          {'id':'outcome','weight':60,'measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':0,'to':100}}]},
          {'id':'usage','weight':30,'measures':[{'signal':'loginDays30','normaliser':{'kind':'linear','from':0,'to':30}}]}],
         'categories':[{'id':'good','bound':80},{'id':'fair','bound':60},{'id':'poor','bound':40},{'id':'bad'}]}
        """;

    private MoveRig _rig = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _rig = await MoveRig.StartAsync(Kind);
        var put = await _rig.Service.PutDocumentAsync("/v1/models/balanced", Balanced);
        Assert.That((int)put.Status, Is.EqualTo(201), put.Text);
        await _rig.Service.ActivateAsync("balanced", new { });
    }

    [TearDown]
    public ValueTask StopAsync() => _rig.DisposeAsync();

    [Test]
    public async Task Reasons_are_the_parts_of_the_change_and_the_first_is_the_component_that_fell()
    {
        await _rig.EventAsync("billing.invoice_paid", new { invoiceId = "i1" });
        await _rig.ScoreAsync(85);
        var since = _rig.Clock.GetUtcNow();
        await _rig.ScoreAsync(10);
        var crossing = (await _rig.CrossingsAsync()).Single();
        var parts = (
            await _rig.Service.GetAsync(
                $"/v1/accounts/acme/health/changes?from={ExplainingRig.At(since)}&to={ExplainingRig.At(_rig.Clock.GetUtcNow())}"))
            .Data("parts");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                crossing.Data("reasons")[0].Text("component"), Is.EqualTo("outcome"),
                "the outcome has lowered the score, and the payment has not changed");
            Assert.That(crossing.Data("reasons").Select(Part), Is.EqualTo(parts.Select(Part)));
            Sums(crossing);
        }
    }

    [Test]
    public async Task Reasons_include_the_effect_of_late_events()
    {
        await _rig.EventAsync("billing.invoice_paid", new { invoiceId = "i1" });
        await _rig.ScoreAsync(85);
        await _rig.EventAsync("billing.payment_failed", new { invoiceId = "i2" }, late: TimeSpan.FromDays(3));
        await _rig.EventAsync("usage.login", new { userId = "u" }, late: TimeSpan.FromHours(30));
        await _rig.ScoreAsync(0);
        var crossings = (await _rig.CrossingsAsync())
            .Where(crossing => crossing.GetProperty("from").GetProperty("at").ValueKind == JsonValueKind.String).ToList();
        Assert.That(crossings, Has.Count.GreaterThan(2));
        foreach (var crossing in crossings)
        {
            Sums(crossing);
            var (from, to) = (
                crossing.GetProperty("from").GetProperty("at").GetDateTimeOffset(),
                crossing.GetProperty("to").GetProperty("at").GetDateTimeOffset());
            var changes = await _rig.Service.GetAsync(
                $"/v1/accounts/acme/health/changes?from={ExplainingRig.At(from)}&to={ExplainingRig.At(to)}&known=then");
            Assert.That(crossing.Data("reasons").Select(Part), Is.EqualTo(changes.Data("parts").Select(Part)), crossing.GetRawText());
        }

        Assert.That(
            crossings.SelectMany(crossing => crossing.Data("reasons")).Select(Part),
            Has.Some.Contains("payment").And.Some.Contains("usage"), "both late events are among the reasons");
    }

    [Test]
    public async Task Reasons_of_churn_risk_are_the_indicators_that_began_or_ended()
    {
        await _rig.EventAsync("usage.login", new { userId = "u" });
        string[] types = ["champion_left", "champion_joined", "competitor_mentioned", "budget_cut", "champion_left"];
        foreach (var type in types) await _rig.EventAsync("relationship." + type);
        var crossings = (await _rig.Service.CrossingsAsync("acme")).Where(crossing => MoveRig.Text(crossing, "metric") == "churn_risk")
            .ToList();
        Assert.That(crossings, Has.Count.GreaterThan(1));
        foreach (var crossing in crossings) Sums(crossing);
        Assert.That(crossings[0].Data("reasons").Select(reason => reason.Text("component")), Does.Contain("champion_left"));
    }

    private static void Sums(JsonElement crossing)
    {
        decimal Score(string side) => crossing.GetProperty(side).GetProperty("score") is { ValueKind: JsonValueKind.Number } score
            ? score.GetDecimal() : 0;
        Assert.That(
            crossing.Data("reasons").Sum(reason => reason.GetProperty("change").GetDecimal()), Is.EqualTo(Score("to") - Score("from")),
            crossing.GetRawText());
    }

    private static string Part(JsonElement part) =>
        $"{part.GetProperty("component")} {part.GetProperty("change")} {part.GetProperty("detail")}";
}
