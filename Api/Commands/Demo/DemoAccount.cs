namespace HealthApi.Api.Commands.Demo;

/// <summary>The four lives an account of the demo can lead.</summary>
internal enum DemoLife { Healthy, Declining, Recovering, Churning }

/// <summary>An account of the demo, and how it will fare.</summary>
internal sealed record DemoAccount(
    string Id, string Name, DemoLife Life, int Licences, decimal Arr, string Owner, int CustomerDays, int RenewalDays,
    IReadOnlyList<string> Users)
{
    /// <summary>The features of the demo's product; the first three are its core.</summary>
    public static readonly string[] Features = ["reports", "dashboards", "alerts", "export", "api", "sharing", "audit", "forms"];

    private const int CoreFeatures = 3;

    /// <summary>The account as it is posted.</summary>
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
