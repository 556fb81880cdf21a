using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;

namespace HealthApi.Api.Tests.EndToEnd.Moves;

/// <summary>
/// A service on a manual clock. The score of an account is the one in its last <c>relationship.outcome_reported</c> event, and the bounds
/// of the categories are 80, 60 and 40.
/// </summary>
internal sealed class MoveRig : IAsyncDisposable
{
    private const string Categories =
        "'categories':[{'id':'good','bound':80},{'id':'fair','bound':60},{'id':'poor','bound':40},{'id':'bad'}]}";

    private int _events;

    private MoveRig(TestService service, ManualTimeProvider clock) => (Service, Clock) = (service, clock);

    public TestService Service { get; }

    public ManualTimeProvider Clock { get; }

    public static async Task<MoveRig> StartAsync(StoreKind kind)
    {
        var clock = new ManualTimeProvider();
        var rig = new MoveRig(await TestService.StartAsync(kind, clock: clock), clock);
        await rig.Service.PutDocumentAsync("/v1/models/outcome", Linear(0, 100));
        await rig.Service.PutDocumentAsync("/v1/models/opposite", Linear(100, 0));
        await rig.Service.ActivateAsync("outcome", new { });
        return rig;
    }

    /// <summary>Advances the clock by an hour, posts an event and waits until it is processed.</summary>
    public async Task EventAsync(string type, object? data = null, string account = "acme", TimeSpan? late = null)
    {
        await AnHourLaterAsync();
        await Service.PostAsync(
            "/v1/events",
                new
                {
                    id = $"e{++_events}",
                    type,
                    accountId = account,
                    occurredAt = Clock.GetUtcNow() - (late ?? TimeSpan.Zero),
                    data = data
                ?? new { }
                });
        await Service.SettledAsync();
    }

    /// <summary>Sets the account's score to each of these values, one after the other.</summary>
    public async Task ScoreAsync(params double[] scores)
    {
        foreach (var score in scores) await EventAsync("relationship.outcome_reported", new { score });
    }

    /// <summary>Advances the clock without an event.</summary>
    public Task AdvanceAsync(TimeSpan span) => Service.AdvanceAsync(Clock, span);

    public async Task PatchAsync(object patch)
    {
        await AnHourLaterAsync();
        await Service.SendAsync(HttpMethod.Patch, "/v1/accounts/acme", patch);
        await Service.EvaluatedAsync();
    }

    /// <summary>The account's health crossings as text, oldest first.</summary>
    public async Task<IReadOnlyList<string>> MovesAsync() =>
        [.. (await CrossingsAsync())
            .Select(
                crossing =>
                $"{Text(crossing, "threshold")} {Text(crossing, "direction")} {Score(crossing, "from")} → {Score(crossing, "to")}")];

    public async Task<IReadOnlyList<JsonElement>> CrossingsAsync() =>
        [.. (await Service.CrossingsAsync("acme")).Where(crossing => Text(crossing, "metric") == "health")];

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    public static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    public static string[] Texts(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];

    /// <summary>
    /// Waits until everything is delivered, since an attempt in progress would time out, and advances the clock by an hour.
    /// </summary>
    private async Task AnHourLaterAsync()
    {
        await Eventually.GetAsync(
            () => Service.Database.ScalarAsync<long>("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'pending'"),
            pending => pending == 0,
            "everything is delivered");
        Clock.Advance(TimeSpan.FromHours(1));
    }

    private static string Score(JsonElement crossing, string side) => crossing.GetProperty(side).GetProperty("score").ToString();

    private static string Linear(int from, int to) =>
        "{'components':[{'id':'outcome','weight':1,'measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':" + from
            + ",'to':" + to + "}}]}]," + Categories;
}
