using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Moves;

/// <summary>
/// A threshold that did not watch an account for a while starts again from the account's present score: a move in between is not a
/// crossing.
/// </summary>
public sealed class ThresholdRestartTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Own = "/v1/thresholds/own";

    private MoveRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await MoveRig.StartAsync(Kind);

    [TearDown]
    public ValueTask StopAsync() => _rig.DisposeAsync();

    [Test]
    public async Task A_threshold_that_was_deleted_and_created_again_starts_from_the_present_score()
    {
        await _rig.Service.PutDocumentAsync(Own, "{'metric':'health','bound':50}");
        await _rig.ScoreAsync(90);
        await _rig.Service.SendAsync(HttpMethod.Delete, Own);
        await _rig.ScoreAsync(30);
        await _rig.Service.PutDocumentAsync(Own, "{'metric':'health','bound':50}");
        await _rig.ScoreAsync(35);
        Assert.That(await PassedAsync(), Is.Empty, "the score fell while the threshold did not exist");

        await _rig.ScoreAsync(90, 30);
        Assert.That(await PassedAsync(), Is.EqualTo(new[] { "rising", "falling" }), "later moves are crossings");
    }

    [Test]
    public async Task A_threshold_whose_segment_the_account_enters_again_starts_from_the_present_score()
    {
        await _rig.Service.PutDocumentAsync(Own, "{'metric':'health','bound':50,'segment':'enterprise'}");
        await _rig.Service.PutAsync("/v1/accounts/acme", new { arr = 500_000 });
        await _rig.ScoreAsync(90);
        await _rig.PatchAsync(new { arr = 5 });
        await _rig.ScoreAsync(30);
        await _rig.PatchAsync(new { arr = 500_000 });
        await _rig.ScoreAsync(35);
        Assert.That(await PassedAsync(), Is.Empty);
    }

    [Test]
    public async Task An_account_that_had_no_score_for_a_while_crosses_from_its_last_score()
    {
        await _rig.Service.PutDocumentAsync(
            "/v1/models/csat",
            "{'components':[{'id':'csat','weight':1,'measures':[{'signal':'csatAverage90','normaliser':{'kind':'linear','from':1,'to':5}}]}],'categories':[{'id':'good','bound':50},{'id':'bad'}]}");
        await _rig.Service.ActivateAsync("csat", new { });
        await _rig.EventAsync("csat.responded", new { score = 5 });
        _rig.Clock.Advance(TimeSpan.FromDays(100));
        await Eventually.GetAsync(
            () => _rig.Service.GetAsync("/v1/accounts/acme/health"), health => health.GetProperty("category").GetString() == "unknown",
                "the survey answer has left its window");
        await _rig.EventAsync("csat.responded", new { score = 1 });
        Assert.That(await _rig.MovesAsync(), Is.EqualTo(new[] { "csat:good falling 100 → 0" }));
    }

    [Test]
    public async Task A_crossing_over_the_margin_names_the_score_at_which_the_move_began()
    {
        await _rig.ScoreAsync(78, 70, 45, 61, 63);
        Assert.That(await _rig.MovesAsync(), Is.EqualTo(new[] { "outcome:fair falling 70 → 45", "outcome:fair rising 45 → 63" }));
    }

    [Test]
    public async Task A_crossing_with_a_dwell_names_the_score_before_the_move_and_a_shorter_move_is_none()
    {
        await _rig.Service.PutDocumentAsync(Own, "{'metric':'health','bound':50,'dwellHours':24}");
        await _rig.ScoreAsync(58, 45, 57, 44);
        await _rig.AdvanceAsync(TimeSpan.FromHours(22));
        await _rig.ScoreAsync(43);
        Assert.That(await _rig.MovesAsync(), Is.Empty, "the first fall was over after an hour, and the second is 23 hours old");

        await _rig.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.That(await _rig.MovesAsync(), Is.EqualTo(new[] { "own falling 57 → 43" }));
    }

    [TestCase("{'metric':'health','bound':61}", "not_allowed at /bound")]
    [TestCase("{'metric':'churn_risk','bound':60}", "not_allowed at /metric")]
    [TestCase("{'metric':'health','bound':60,'segment':'smb'}", "not_allowed at /segment")]
    public async Task A_configured_threshold_cannot_change_the_bound_of_a_model(string document, string expected)
    {
        var answer = await _rig.Service.PutDocumentAsync("/v1/thresholds/outcome:fair", document);
        Assert.That((int)answer.Status, Is.EqualTo(422));
        Assert.That(answer.Errors, Is.EqualTo(new[] { expected }));
    }

    /// <summary>The directions of the crossings over the threshold <c>own</c>.</summary>
    private async Task<IEnumerable<string?>> PassedAsync() =>
        (await _rig.CrossingsAsync()).Where(crossing => crossing.GetRawText().Contains("\"own\"", StringComparison.Ordinal))
            .Select(crossing => MoveRig.Text(crossing, "direction"));
}
