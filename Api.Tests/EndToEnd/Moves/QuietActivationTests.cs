using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Moves;

/// <summary><c>announce: false</c> withholds the crossings that the change itself causes, and no later ones.</summary>
public sealed class QuietActivationTests(StoreKind kind) : StoreFixture(kind)
{
    private MoveRig _rig = null!;
    private WebhookReceiver _receiver = null!;
    private string _subscription = "";

    [SetUp]
    public async Task StartAsync()
    {
        _rig = await MoveRig.StartAsync(Kind);
        _receiver = await WebhookReceiver.StartAsync();
        _subscription = (await _rig.Service.SubscribeAsync(_receiver.Url)).Id;
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _receiver.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Test]
    public async Task An_account_that_enters_the_segment_later_causes_a_message()
    {
        await _rig.ScoreAsync(90);
        await _rig.Service.ActivateAsync("opposite", new { segments = new[] { "enterprise" }, announce = false });
        await _rig.PatchAsync(new { arr = 500_000 });
        Assert.That(await _rig.MovesAsync(), Is.EqualTo(new[] { "opposite:poor falling 90 → 10" }));
        Assert.That(await SentAsync(), Is.EqualTo(1), "the account changed its segment after the activation");
    }

    [Test]
    public async Task An_account_that_leaves_the_segment_after_an_unannounced_deactivation_of_another_causes_a_message()
    {
        await _rig.Service.PutAsync("/v1/accounts/acme", new { arr = 500_000 });
        await _rig.Service.ActivateAsync("opposite", new { segments = new[] { "enterprise", "smb" } });
        await _rig.ScoreAsync(90);
        await _rig.Service.DeactivateAsync("opposite", new { segments = new[] { "smb" }, announce = false });
        await _rig.PatchAsync(new { arr = 5 });
        Assert.That(await _rig.MovesAsync(), Is.EqualTo(new[] { "opposite:poor entered  → 10", "outcome:good rising 10 → 90" }));
        Assert.That(await SentAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_crossing_of_the_change_is_withheld_even_if_its_dwell_ends_later()
    {
        await _rig.Service.PutDocumentAsync("/v1/thresholds/own", "{'metric':'health','bound':50,'dwellHours':24}");
        await _rig.ScoreAsync(90);
        await _rig.Service.ActivateAsync("opposite", new { announce = false });
        _rig.Clock.Advance(TimeSpan.FromHours(30));
        await _rig.ScoreAsync(90);
        Assert.That(
            (await _rig.CrossingsAsync()).Select(crossing => $"{MoveRig.Text(crossing, "threshold")} {MoveRig.Text(crossing, "cause")}"),
            Is.EqualTo(new[]
        {
            "opposite:poor model", "own model",
        }));
        Assert.That(await SentAsync(), Is.Zero);

        await _rig.ScoreAsync(10);
        Assert.That(await SentAsync(), Is.EqualTo(1), "a crossing that events cause is sent");
    }

    /// <summary>The number of deliveries; each is written in the transaction of its crossing.</summary>
    private async Task<int> SentAsync() => (await _rig.Service.DeliveriesAsync(_subscription)).Count;
}
