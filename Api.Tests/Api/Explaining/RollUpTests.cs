using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Explaining;

public sealed class RollUpTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var clock = new ManualTimeProvider();
        _service = await TestService.StartAsync(Kind, clock: clock);
        await _service.PostAsync("/v1/accounts:batch", new
        {
            accounts = new object[]
            {
                new { id = "group", arr = 1000 },
                new { id = "north", parentId = "group", arr = 300 },
                new { id = "south", parentId = "group", arr = 100 },
                new { id = "deep", parentId = "south" },
                new { id = "silent", parentId = "group", arr = 5000 },
                new { id = "snake", parentId = "tail" },
                new { id = "tail", parentId = "snake" },
            },
        });
        foreach (var (account, score) in new[] { ("group", 10.0), ("north", 90), ("south", 50), ("deep", 70), ("snake", 40), ("tail", 60) })
        {
            await _service.PutAsync(
                $"/v1/accounts/{account}/override", new { score, reason = "For the test", expiresAt = clock.GetUtcNow().AddDays(1) });
        }
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("method=worst", 50.0, "at_risk")]
    [TestCase("", 50.0, "at_risk")]
    [TestCase("method=average", 70.0, "stable")]
    [TestCase("method=arrWeighted", 80.0, "healthy")]
    [TestCase("method=worst&includeParent=true", 10.0, "critical")]
    [TestCase("method=arrWeighted&includeParent=true", 30.0, "critical")]
    public async Task A_roll_up_combines_the_scores_of_all_descendants(string query, double score, string category)
    {
        var rollUp = await _service.GetAsync($"/v1/accounts/group/roll-up?{query}");
        Assert.That((rollUp.Score(), rollUp.Text("category")), Is.EqualTo((score, category)));
        Assert.That(
            rollUp.Data("children").Select(child => $"{child.Text("id")} {child.GetProperty("depth")}"),
            Is.EqualTo(new[] { "north 1", "silent 1", "south 1", "deep 2" }));
    }

    [Test]
    public async Task A_cycle_of_parents_is_read_only_once()
    {
        var rollUp = await _service.GetAsync("/v1/accounts/snake/roll-up?method=average");
        Assert.That((rollUp.Score(), rollUp.Data("children").Count), Is.EqualTo((60.0, 1)));
        Assert.That((await _service.GetAsync("/v1/accounts/deep/roll-up")).Score(), Is.Null,
            "an account without children has no roll-up score");
        Assert.That((await _service.RefusedAsync(HttpMethod.Get, "/v1/accounts/group/roll-up?method=best")).Status, Is.EqualTo(422));
    }
}
