using FsCheck.Fluent;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Accounts;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Accounts;

internal sealed class ProfileChainProperties
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Each row states some fields as of a day; the field of a day is what the last row up to it states of it.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Fields_hold_from_their_date_until_they_are_stated_again_in_whatever_order_they_are_told(int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 8).Select(day => new Row(Start.AddDays(day), Value(random), Value(random), Value(random))).ToArray();
        random.Shuffle(rows);
        var chain = new ProfileChain("acme", [], null);
        foreach (var row in rows) chain.Apply(row.ToEdit());
        foreach (var row in rows) Assert.That(chain.Apply(row.ToEdit()), Is.False, "telling it again changes nothing");
        var told = rows.OrderBy(row => row.At).ToList();
        var expected = new Account
        {
            Id = "acme",
            Name = "acme",
            Arr = told.LastOrDefault(row => row.Arr is not null)?.Arr,
            Licences = told.LastOrDefault(row => row.Licences is not null)?.Licences,
            Plan = told.LastOrDefault(row => row.Plan is not null)?.Plan is { } plan ? $"p{plan}" : null,
        };
        Assert.That(
            (chain.Present!.Arr, chain.Present.Licences, chain.Present.Plan), Is.EqualTo((expected.Arr, expected.Licences, expected.Plan)));
        Assert.That(
            chain.Present.LicencesSetAt, Is.EqualTo(told.LastOrDefault(row => row.Licences is not null)?.At),
            "they are as of the date that states them");
    }

    private static int? Value(Random random) => random.Next(5) is var value and < 3 ? value : null;

    private sealed record Row(DateTimeOffset At, int? Arr, int? Licences, int? Plan)
    {
        public DatedEdit ToEdit() =>
            new("acme", At, ProfileChain.FieldsOf(Names()), before => (before ?? new Account { Id = "acme", Name = "acme" }) with
            {
                Arr = Arr ?? before?.Arr,
                Licences = Licences ?? before?.Licences,
                Plan = Plan is { } plan ? $"p{plan}" : before?.Plan,
            });

        private IEnumerable<string> Names()
        {
            if (Arr is not null) yield return "arr";
            if (Licences is not null) yield return "licences";
            if (Plan is not null) yield return "plan";
        }
    }
}
