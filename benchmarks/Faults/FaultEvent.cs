namespace HealthApi.Benchmarks.Faults;

/// <summary>An event that the rows send.</summary>
internal sealed record FaultEvent(string Id, string Type, string AccountId)
{
    public const string Login = "usage.login";

    /// <summary>A login, or in one of <paramref name="crossEvery"/> events a champion who leaves or joins.</summary>
    public static FaultEvent Of(string id, int number, int crossEvery) => new(id, Kind(number, crossEvery), Senders.Account(number));

    private static string Kind(int number, int crossEvery) =>
        number % crossEvery != 0 ? Login : number / crossEvery / 3 % 2 == 0 ? "relationship.champion_left" : "relationship.champion_joined";
}
