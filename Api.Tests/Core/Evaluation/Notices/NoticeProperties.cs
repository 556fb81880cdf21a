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

/// <summary>Each notice is raised once and on time, however often and whenever an account is evaluated.</summary>
internal sealed class NoticeProperties
{
    private static readonly EvaluationPolicy Policy = new(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);

    private static readonly DateTimeOffset Start = AccountHistory.Now, End = AccountHistory.Now.AddDays(300);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Calendars)], QuietOnSuccess = true)]
    public void An_account_that_is_evaluated_when_due_gets_each_future_milestone_notice_on_its_day(Calendar calendar)
    {
        var renewal = calendar.Account.RenewalDate!.Value;
        var notices = EvaluateOften(calendar.Account, []).Where(notice => notice.Type == "renewal.upcoming")
            .Select(notice => (int)Math.Floor((renewal - notice.At).TotalDays));
        var left = calendar.Account.ChurnedAt ?? DateTimeOffset.MaxValue;
        var ahead = RenewalNotices.Milestones.Where(
            days => renewal.AddDays(-days - 1) >= Start && renewal.AddDays(-days - 1) < left && renewal.AddDays(-days - 1) < End);
        Assert.That(notices, Is.EqualTo(ahead));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Calendars)], QuietOnSuccess = true)]
    public void More_frequent_evaluation_gives_the_same_notices(Calendar calendar) =>
        Assert.That(EvaluateOften(calendar.Account, calendar.Instants), Is.EqualTo(EvaluateOften(calendar.Account, [])));

    /// <summary>Evaluates from <see cref="Start"/> to <see cref="End"/>: whenever the account is due, and at the extra instants.</summary>
    private static List<AccountNotice> EvaluateOften(Account account, IEnumerable<DateTimeOffset> extra)
    {
        var (figures, memory, notices) = (new AccountFigures(), AccountMemory.Empty, new List<AccountNotice>());
        var instants = new SortedSet<DateTimeOffset>(extra) { Start };
        while (instants.Count > 0 && instants.Min < End)
        {
            var evaluation = AccountEvaluator.Evaluate(figures, account, Start, memory, Policy, instants.Min);
            instants.Remove(instants.Min);
            memory = AccountMemory.FromStored(evaluation.Memory.ToBytes(), []);
            notices.AddRange(evaluation.Notices);
            if (evaluation.DueAt is { } due) instants.Add(due);
        }

        return notices;
    }

    internal sealed record Calendar(Account Account, IReadOnlyList<DateTimeOffset> Instants);

    private static class Calendars
    {
        public static Arbitrary<Calendar> Any() => Arb.From(
            from renewal in Gen.Choose(-20 * 24, 200 * 24)
            from left in Gen.Frequency((2, Gen.Constant<int?>(null)), (1, Gen.Choose(-20 * 24, 200 * 24).Select(hours => (int?)hours)))
            from instants in Gen.ListOf(Gen.Choose(0, 250 * 24 * 60))
            select new Calendar(
                new Account
                {
                    Id = "acme",
                    Name = "Acme",
                    RenewalDate = Start.AddHours(renewal),
                    ChurnedAt = left is { } hours
                    ? Start.AddHours(hours) : null
                },
                [.. instants.Select(minutes => Start.AddMinutes(minutes))]));
    }
}
