namespace HealthApi.Api.Commands.Demo;

/// <summary>Generates a portfolio; the same random numbers give the same portfolio.</summary>
internal static class DemoPortfolio
{
    private static readonly string[] First =
        ["North", "Blue", "Silver", "Green", "Bright", "Iron", "River", "Summit", "Harbor", "Maple", "Copper", "Falcon", "Granite", "Lumen",
            "Orchard", "Pioneer"];

    private static readonly string[] Second =
        ["wind", "stone", "field", "gate", "bridge", "peak", "works", "line", "forge", "port", "leaf", "mark"];
    private static readonly string[] Kinds =
        ["Logistics", "Health", "Energy", "Foods", "Systems", "Media", "Finance", "Retail", "Labs", "Insurance"];
    private static readonly string[] Owners = ["dana", "kim", "lee", "noor", "sam"];

    /// <summary>Of 20 accounts, 11 stay healthy, 4 decline, 3 recover and 2 churn.</summary>
    private static readonly DemoLife[] Mix =
    [
        .. Enumerable.Repeat(DemoLife.Healthy, 11), .. Enumerable.Repeat(DemoLife.Declining, 4),
        .. Enumerable.Repeat(DemoLife.Recovering, 3), .. Enumerable.Repeat(DemoLife.Churning, 2),
    ];

    public static IReadOnlyList<DemoAccount> Create(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(number => Account(number, random))];

    private static DemoAccount Account(int number, Random random)
    {
        var name = $"{First[number % First.Length]}{Second[number / First.Length % Second.Length]} {Kinds[random.Next(Kinds.Length)]}";
        var licences = 4 + random.Next(12);
        var users = Enumerable.Range(1, licences).Select(user => $"user-{number}-{user}").ToList();
        var arr = Math.Round((decimal)Math.Exp(9 + (random.NextDouble() * 4)), 0);
        return new DemoAccount(
            $"demo-{number:000}", name, Mix[number % Mix.Length], licences, arr, Owners[random.Next(Owners.Length)], 60 + random.Next(900),
            40 + random.Next(400), users);
    }
}
