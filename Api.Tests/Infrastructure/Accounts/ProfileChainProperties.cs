using FsCheck.Fluent;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Accounts;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Accounts;

internal sealed class ProfileChainProperties
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Each row states some fields as of a day. The value of a field on a day is the one that the last row up to that day states.
    /// </summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void A_field_holds_from_its_date_until_it_is_stated_again_whatever_the_order_of_the_edits(int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 8).Select(day => new Row(Start.AddDays(day), Value(random), Value(random), Value(random))).ToArray();
        random.Shuffle(rows);
        var chain = new ProfileChain("acme", [], null);
        foreach (var row in rows) chain.Apply(row.ToEdit());
        foreach (var row in rows) Assert.That(chain.Apply(row.ToEdit()), Is.False, "applying an edit again changes nothing");
        var ordered = rows.OrderBy(row => row.At).ToList();
        var expected = new Account
        {
            Id = "acme",
            Name = "acme",
            Arr = ordered.LastOrDefault(row => row.Arr is not null)?.Arr,
            Licences = ordered.LastOrDefault(row => row.Licences is not null)?.Licences,
            Plan = ordered.LastOrDefault(row => row.Plan is not null)?.Plan is { } plan ? $"p{plan}" : null,
        };
        Assert.That(
            (chain.Present!.Arr, chain.Present.Licences, chain.Present.Plan), Is.EqualTo((expected.Arr, expected.Licences, expected.Plan)));
        Assert.That(
            chain.Present.LicencesSetAt, Is.EqualTo(ordered.LastOrDefault(row => row.Licences is not null)?.At),
            "the licences are set as of the date of the row that states them");
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
