using FsCheck;
using FsCheck.Fluent;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation.Notices;

/// <summary>Notices are told once and in time, however often and at whatever instants an account is looked at.</summary>
internal sealed class NoticeProperties
{
    private static readonly EvaluationPolicy Policy = new(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);

    private static readonly DateTimeOffset Start = AccountHistory.Now, End = AccountHistory.Now.AddDays(300);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Calendars)], QuietOnSuccess = true)]
    public void Looked_at_when_due_each_milestone_that_lies_ahead_is_told_on_its_day(Calendar calendar)
    {
        var renewal = calendar.Account.RenewalDate!.Value;
        var told = Look(calendar.Account, []).Where(notice => notice.Type == "renewal.upcoming")
            .Select(notice => (int)Math.Floor((renewal - notice.At).TotalDays));
        var left = calendar.Account.ChurnedAt ?? DateTimeOffset.MaxValue;
        var ahead = RenewalNotices.Milestones.Where(
            days => renewal.AddDays(-days - 1) >= Start && renewal.AddDays(-days - 1) < left && renewal.AddDays(-days - 1) < End);
        Assert.That(told, Is.EqualTo(ahead));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Calendars)], QuietOnSuccess = true)]
    public void Looked_at_more_often_it_tells_the_same(Calendar calendar) =>
        Assert.That(Look(calendar.Account, calendar.Looks), Is.EqualTo(Look(calendar.Account, [])));

    /// <summary>Evaluates from <see cref="Start"/> on, whenever something is due and at the given instants besides.</summary>
    private static List<AccountNotice> Look(Account account, IEnumerable<DateTimeOffset> besides)
    {
        var (figures, memory, told) = (new AccountFigures(), AccountMemory.Empty, new List<AccountNotice>());
        var looks = new SortedSet<DateTimeOffset>(besides) { Start };
        while (looks.Count > 0 && looks.Min < End)
        {
            var evaluation = AccountEvaluator.Evaluate(figures, account, Start, memory, Policy, looks.Min);
            looks.Remove(looks.Min);
            memory = AccountMemory.FromJson(evaluation.Memory.ToJson());
            told.AddRange(evaluation.Notices);
            if (evaluation.DueAt is { } due) looks.Add(due);
        }

        return told;
    }

    internal sealed record Calendar(Account Account, IReadOnlyList<DateTimeOffset> Looks);

    private static class Calendars
    {
        public static Arbitrary<Calendar> Any() => Arb.From(
            from renewal in Gen.Choose(-20 * 24, 200 * 24)
            from left in Gen.Frequency((2, Gen.Constant<int?>(null)), (1, Gen.Choose(-20 * 24, 200 * 24).Select(hours => (int?)hours)))
            from looks in Gen.ListOf(Gen.Choose(0, 250 * 24 * 60))
            select new Calendar(
                new Account
                {
                    Id = "acme",
                    Name = "Acme",
                    RenewalDate = Start.AddHours(renewal),
                    ChurnedAt = left is { } hours
                    ? Start.AddHours(hours) : null
                },
                [.. looks.Select(minutes => Start.AddMinutes(minutes))]));
    }
}
