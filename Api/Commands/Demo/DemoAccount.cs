namespace HealthApi.Api.Commands.Demo;

/// <summary>The four courses that the health of a demo account can take.</summary>
internal enum DemoLife { Healthy, Declining, Recovering, Churning }

/// <summary>An account of the demo and the course of its health.</summary>
internal sealed record DemoAccount(
    string Id, string Name, DemoLife Life, int Licences, decimal Arr, string Owner, int CustomerDays, int RenewalDays,
    IReadOnlyList<string> Users)
{
    /// <summary>The features of the demo's product; the first three are core features.</summary>
    public static readonly string[] Features = ["reports", "dashboards", "alerts", "export", "api", "sharing", "audit", "forms"];

    private const int CoreFeatures = 3;

    /// <summary>The account as a request document.</summary>
    public object Document(DateTimeOffset start) => new
    {
        id = Id,
        name = Name,
        arr = Arr,
        mrr = Math.Round(Arr / 12, 2),
        licences = Licences,
        featuresAvailable = Features.Length,
        coreFeatures = Features[..CoreFeatures],
        customerSince = start.AddDays(-CustomerDays),
        renewalDate = start.AddDays(RenewalDays),
        renewalStatus = Life == DemoLife.Healthy ? "signed" : "open",
        owner = Owner,
        tags = new[] { "demo" },
    };
}
