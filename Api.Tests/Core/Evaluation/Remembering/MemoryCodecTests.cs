using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Evaluation.Remembering;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation.Remembering;

/// <summary>The binary form of a memory keeps everything that its JSON keeps.</summary>
internal sealed class MemoryCodecTests
{
    /// <summary>A memory in format 1, which stays readable.</summary>
    private const string Format1 = "0180A0CDDAC5E0B0060A0D000A000000000000006053400400020706000103010700011300A201";

    private static Gen<string> Words { get; } = Gen.Elements(
        "healthy", "at_risk", "lifecycle:1", "own-model:12", "ünïcode ☃", "", "churn_risk:high", "daysSinceLastActivity", "a");

    private static Gen<double> Numbers { get; } = Gen.OneOf(
        Gen.Choose(-3, 100).Select(number => (double)number),
        Gen.Elements(0.0, -0.0, 77.777777777766669, 1e300, double.Epsilon, 4503599627370496, -4503599627370497),
        Gen.Choose(0, 1_000_000).Select(number => number / 7.0));

    private static Gen<DateTimeOffset> Instants { get; } =
        from days in Gen.Choose(-20_000, 40_000)
        from microseconds in Gen.Elements(0, 1, 1_000, 1_000_000, 86_399_999_999L)
        select DateTimeOffset.UnixEpoch.AddDays(days).AddMicroseconds(microseconds);

    private static Gen<AccountOverride> Overrides { get; } =
        from words in Gen.ArrayOf(Words, 4)
        from instants in Gen.ArrayOf(Instants, 3)
        from score in Optional(Numbers)
        from ended in Gen.Elements(true, false)
        select new AccountOverride
        {
            Id = words[0],
            Score = score,
            Category = score is null ? words[1] : null,
            Reason = words[2],
            SetBy = words[3],
            SetAt = instants[0],
            ExpiresAt = instants[1],
            EndedAt = ended ? instants[2] : null,
            EndedBy = ended ? words[1] : null,
        };

    private static Gen<SignalValue> Values { get; } = Gen.OneOf(
        Numbers.Select(SignalValue.Of), Gen.Elements(true, false).Select(SignalValue.Of), Words.Select(SignalValue.Of));

    private static Gen<RememberedStanding> Standings { get; } =
        from at in Optional(Instants)
        from numbers in Gen.ArrayOf(Numbers, 2)
        from words in Gen.ArrayOf(Words, 2)
        from names in Gen.ListOf(Words)
        from values in Gen.ArrayOf(Values, 9)
        from stated in Overrides
        from shape in Gen.Choose(0, 7)
        select new RememberedStanding
        {
            At = at,
            Score = numbers[0],
            Label = words[0],
            JudgedBy = (shape & 1) == 0 ? words[1] : null,
            Signals = (shape & 2) != 0 ? null : Named(names, values),
            Indicators = (shape & 2) == 0 ? null : [.. names],
            Override = (shape & 4) == 0 ? null : stated,
            OverridePoints = numbers[1],
        };

    private static Gen<ThresholdState> States { get; } =
        from bound in Numbers
        from shape in Gen.Choose(0, 255)
        from instant in Instants
        from count in Gen.Choose(0, 500)
        from open in Words
        from left in Standings
        select new ThresholdState
        {
            Bound = bound,
            Above = (shape & 1) != 0,
            Retired = (shape & 2) != 0,
            Last = (shape & 4) != 0 ? (CrossingDirection)(count % 3) : null,
            AcrossSince = (shape & 8) != 0 ? instant : null,
            AcrossBy = (CrossingCause)(count % 2),
            AcrossQuietly = (shape & 16) != 0,
            Count = (shape & 32) != 0 ? count : 0,
            Open = (shape & 64) != 0 ? open : null,
            Left = (shape & 128) != 0 ? left : null,
        };

    private static Gen<AlertState?> AlertStates { get; } =
        from shape in Gen.Choose(0, 8191)
        from instants in Gen.ArrayOf(Instants, 5)
        from number in Gen.Choose(0, 500)
        from score in Numbers
        from words in Gen.ListOf(Words)
        from standing in Standings
        select (shape & 1) == 0 ? null : new AlertState
        {
            Count = number,
            Open = (shape & 2) != 0 ? number + 1 : 0,
            Changes = (shape & 2) != 0 ? number : 0,
            Told = (shape & 2) != 0 ? number / 2 : 0,
            Account = (shape & 2) != 0 ? number - 250 : 0,
            Holds = (shape & 4) != 0,
            Since = (shape & 8) != 0 ? instants[0] : null,
            By = (CrossingCause)(number % 2),
            Quietly = (shape & 16) != 0,
            UnjudgedSince = (shape & 32) != 0 ? instants[1] : null,
            Confirmed = (shape & 64) != 0,
            Rank = number % 5,
            Worst = (shape & 128) != 0 ? new AlertMark(number, (AlertSeverity)(number % 3), (shape & 1024) == 0 ? score : null, "bad", instants[2])
                : null,
            FellFrom = (shape & 256) != 0 ? score : null,
            From = (shape & 512) != 0 ? standing : null,
            Crossings = [.. words],
            SnoozedUntil = (shape & 1024) != 0 ? instants[3] : null,
            ClosedAt = (shape & 2048) != 0 ? number % 4 : null,
            Openings = [.. instants.Take(number % 4)],
            FlappingUntil = (shape & 4096) != 0 ? instants[4] : null,
            Flapping = (shape & 4096) != 0,
        };

    private static Gen<AlertMemory?> Alerts { get; } =
        from shape in Gen.Choose(0, 3)
        from states in Gen.ArrayOf(AlertStates, 2)
        from instants in Gen.ListOf(Instants)
        from score in Numbers
        select shape == 0 ? null : shape == 1 ? AlertMemory.None : new AlertMemory
        {
            Unjudged = shape == 2,
            Highs = [.. instants.Select(instant => new ScoreHigh(instant, score))],
            Health = states[0],
            ChurnRisk = states[1],
        };

    private static Gen<AccountMemory> Memories { get; } =
        from words in Gen.ArrayOf(Words, 6)
        from numbers in Gen.ArrayOf(Numbers, 3)
        from instants in Gen.ArrayOf(Instants, 9)
        from names in Gen.ListOf(Words)
        from states in Gen.ArrayOf(States, 9)
        from standings in Gen.ArrayOf(Standings, 2)
        from stated in Overrides
        from alerts in Alerts
        from shape in Gen.Choose(0, 255)
        select new AccountMemory
        {
            Model = (shape & 1) == 0 ? words[0] : null,
            Rules = (shape & 2) == 0 ? words[1] : null,
            Segment = words[2],
            Revision = shape * 1_000_000_007L,
            Score = (shape & 4) == 0 ? numbers[0] : null,
            Category = words[3],
            PreviousCategory = (shape & 8) == 0 ? words[4] : null,
            RiskScore = numbers[1],
            RiskLevel = words[5],
            Sequence = shape,
            Indicators = Named(names, instants),
            Thresholds = Named(names, states),
            WatchedHealth = (shape & 16) == 0 ? standings[0] : null,
            WatchedRisk = (shape & 32) == 0 ? standings[1] : null,
            Override = (shape & 64) == 0 ? stated : null,
            OverridePoints = numbers[2],
            Disagrees = (shape & 128) == 0,
            Alerts = alerts,
            Notices = (shape & 1) == 0 ? new NoticeState { ChurnedAt = instants[0], RenewalDays = shape, Subscriptions = true } : null,
        };

    private static Dictionary<string, T> Named<T>(IEnumerable<string> names, T[] values) =>
        names.Distinct().Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);

    private static Gen<T?> Optional<T>(Gen<T> values)
        where T : struct => Gen.OneOf(values.Select(value => (T?)value), Gen.Constant((T?)null));

    [FsCheck.NUnit.Property(MaxTest = 500, QuietOnSuccess = true)]
    public Property What_is_read_equals_what_was_written() => Prop.ForAll(Memories.ToArbitrary(), memory =>
    {
        var read = AccountMemory.FromStored(memory.ToBytes(), []);
        Assert.That(Convert.ToHexString(read.ToJson()), Is.EqualTo(Convert.ToHexString(memory.ToJson())));
        Assert.That(read.ToBytes(), Is.EqualTo(memory.ToBytes()));
    });

    [FsCheck.NUnit.Property(MaxTest = 200, QuietOnSuccess = true)]
    public Property Truncated_and_damaged_bytes_are_refused_or_read_but_never_fail_otherwise() =>
        Prop.ForAll(Memories.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (memory, place) =>
        {
            var bytes = memory.ToBytes();
            Assert.That(() => AccountMemory.FromStored(bytes.AsSpan(0, bytes.Length - 1), []), Throws.TypeOf<InvalidDataException>());
            bytes[place % bytes.Length] ^= (byte)(1 + (place % 255));
            try
            {
                AccountMemory.FromStored(bytes, []);
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        });

    [Test]
    public void Format_1_stays_readable() =>
        Assert.That(
            AccountMemory.FromStored(Convert.FromHexString(Format1), []).ToJson(),
            Is.EqualTo("""
            {"model":"lifecycle:1","segment":"smb","score":77.5,"category":"stable","riskLevel":"low","sequence":3,"indicators":{},"thresholds":{"lifecycle:healthy":{"bound":80}},"watchedRisk":{"at":"2026-11-30T18:00:00+00:00","label":"low"}}
            """u8.ToArray()));

    [Test]
    public void Words_are_only_added_at_the_end()
    {
        Assert.That(StoredWords.Count, Is.EqualTo(81), "a new word goes to the end, and this number rises");
        Assert.That(
            (StoredWords.At(0), StoredWords.At(11), StoredWords.At(20), StoredWords.At(69), StoredWords.At(80)),
            Is.EqualTo(("unknown", "lifecycle:1", "health:healthy", "daysToFirstValue", "detractor")));
    }

    [Test]
    public void A_memory_of_an_earlier_version_is_read_from_its_JSON()
    {
        var memory = new AccountMemory { Model = "lifecycle:1", Score = 77.5, Category = "stable", Sequence = 3 };
        Assert.That(AccountMemory.FromStored([], memory.ToJson()).ToJson(), Is.EqualTo(memory.ToJson()));
    }
}
