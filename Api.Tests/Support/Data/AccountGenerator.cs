using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Accounts;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Generates accounts. Each profile field that a signal reads is present, absent or at one of its limits.</summary>
internal static class AccountGenerator
{
    public static Gen<Account> Account =>
        from licences in Gen.Elements<int?>(null, 0, 2, 20)
        from featuresAvailable in Gen.Elements<int?>(null, 0, 3, 12)
        from core in Gen.Elements<string[]>([], ["reports"], ["reports", "export", "unused"], ["export", "export"])
        from volumes in Gen.Elements<(decimal?, decimal?)>((null, null), (0, 0), (50, 12.5m), (1_000, 10_000))
        from mrr in Gen.Elements<decimal?>(null, 500)
        from since in Day(-500, 0)
        from renewal in Day(-60, 200)
        from status in Gen.Elements(Enum.GetValues<RenewalStatus>())
        from termsSetAt in Day(-100, 0)
        select new Account
        {
            Id = "acme",
            Name = "Acme",
            Licences = licences,
            FeaturesAvailable = featuresAvailable,
            CoreFeatures = core,
            ExpectedMonthlyVolume = volumes.Item1,
            ContractedUsage = volumes.Item2,
            Mrr = mrr,
            CustomerSince = since,
            RenewalDate = renewal,
            RenewalStatus = status,
            TermsSetAt = termsSetAt,
        };

    private static Gen<DateTimeOffset?> Day(int from, int to) => Gen.Frequency(
        (1, Gen.Constant<DateTimeOffset?>(null)),
        (3, Gen.Choose(from, to).Select(days => (DateTimeOffset?)AccountHistory.Now.AddDays(days))),
        (1, Gen.Choose(from * 24, to * 24).Select(hours => (DateTimeOffset?)AccountHistory.Now.AddHours(hours))));
}
