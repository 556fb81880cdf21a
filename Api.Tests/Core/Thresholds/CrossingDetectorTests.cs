using FsCheck.Fluent;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Thresholds;

public sealed class CrossingDetectorTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Threshold Stable =
        new("lifecycle:stable", Metric.Health, 60, true, ThresholdDirection.Both, 2, TimeSpan.Zero, null);

    [TestCase(new[] { 61.0 }, "", TestName = "The first value is no crossing")]
    [TestCase(new[] { 59.0 }, "", TestName = "A first value below the bound is no crossing either")]
    [TestCase(new[] { 61.0, 59.9 }, "F", TestName = "Below the bound is a falling crossing")]
    [TestCase(new[] { 61.0, 60.0 }, "", TestName = "A value on the bound counts as above it")]
    [TestCase(new[] { 61.0, 59.9999999 }, "", TestName = "A rounding error below the bound is no crossing")]
    [TestCase(new[] { 59.0, 60.0 }, "R", TestName = "Reaching the bound is a rising crossing")]
    [TestCase(new[] { 61.0, 59.0, 61.9, 59.0, 61.9 }, "F", TestName = "Flapping inside the margin raises one crossing")]
    [TestCase(new[] { 61.0, 59.0, 62.0 }, "FR", TestName = "After falling, bound + margin is a recovery")]
    [TestCase(new[] { 61.0, 59.0, 62.0, 58.1 }, "FR", TestName = "After rising, the threshold re-arms only at bound - margin")]
    [TestCase(new[] { 61.0, 59.0, 62.0, 58.0 }, "FRF", TestName = "At bound - margin it falls again")]
    public void A_two_way_threshold_reports_falls_and_rises(double[] values, string expected) =>
        Assert.That(Directions(Stable, values), Is.EqualTo(expected));

    [Test]
    public void A_one_way_threshold_rearms_without_a_crossing_and_then_reports_at_the_bound_again()
    {
        var falling = Stable with { Direction = ThresholdDirection.Falling };
        Assert.That(Directions(falling, 61, 59, 61.9, 59, 62, 59.9), Is.EqualTo("FF"), "only reaching bound + margin re-arms");
    }

    [Test]
    public void A_value_on_an_exclusive_bound_counts_as_below_it()
    {
        var green = Stable with { Bound = 70, Inclusive = false, Margin = 0 };
        Assert.That(Directions(green, 70, 70.1, 70), Is.EqualTo("RF"), "exactly 70 is below a bound of > 70");
    }

    [Test]
    public void A_crossing_counts_only_after_the_dwell()
    {
        var patient = Stable with { Dwell = TimeSpan.FromHours(6) };
        var (above, _) = CrossingDetector.Next(null, patient, 70, Start);
        var (pending, early) = CrossingDetector.Next(above, patient, 50, Start.AddHours(1));
        Assert.That(early, Is.Null);
        Assert.That(CrossingDetector.DueAt(pending, patient), Is.EqualTo(Start.AddHours(7)));
        var (back, _) = CrossingDetector.Next(pending, patient, 65, Start.AddHours(2));
        var (again, _) = CrossingDetector.Next(back, patient, 50, Start.AddHours(3));
        Assert.That(CrossingDetector.Next(again, patient, 50, Start.AddHours(8)).Crossed, Is.Null, "a return restarts the dwell");
        Assert.That(CrossingDetector.Next(again, patient, 50, Start.AddHours(9)).Crossed, Is.EqualTo(CrossingDirection.Falling));
    }

    [Test]
    public void Moving_a_bound_is_no_crossing()
    {
        var (above, _) = CrossingDetector.Next(null, Stable, 65, Start);
        var (moved, crossed) = CrossingDetector.Next(above, Stable with { Bound = 80 }, 65, Start);
        Assert.That(crossed, Is.Null);
        Assert.That(moved.Above, Is.False);
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public FsCheck.Property Crossings_of_a_two_way_threshold_alternate() => Prop.ForAll(Values(0, 100).ToArbitrary(), values =>
    {
        var directions = Directions(Stable, values);
        Assert.That(directions, Does.Not.Contain("FF").And.Not.Contain("RR"));
    });

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public FsCheck.Property Values_inside_the_margin_cross_at_most_once() => Prop.ForAll(Values(58.01, 61.99).ToArbitrary(), values =>
        Assert.That(Directions(Stable, values), Has.Length.LessThanOrEqualTo(1)));

    [FsCheck.NUnit.Property(MaxTest = 1_000)]
    public FsCheck.Property For_any_threshold_and_earlier_values_a_sequence_inside_the_margin_crosses_at_most_once() =>
        Prop.ForAll(Flapping().ToArbitrary(), story =>
        {
            var before = Directions(story.Threshold, story.Before).Length;
            Assert.That(
                Directions(story.Threshold, [.. story.Before, .. story.Inside]), Has.Length.LessThanOrEqualTo(before + 1),
                story.ToString());
        });

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public FsCheck.Property Crossings_of_any_two_way_threshold_alternate() =>
        Prop.ForAll(Flapping().ToArbitrary(), story =>
        {
            var directions = Directions(story.Threshold with { Direction = ThresholdDirection.Both }, [.. story.Before, .. story.Inside]);
            Assert.That(directions, Does.Not.Contain("FF").And.Not.Contain("RR"), story.ToString());
        });

    [TestCase(70, 50, 'F', TestName = "Another model moves the value below the bound")]
    [TestCase(70, 58.1, ' ', TestName = "A move within the margin is no crossing")]
    [TestCase(50, 70, 'R', TestName = "Another model moves the value above the bound")]
    [TestCase(70, 90, ' ', TestName = "A move on the same side is no crossing")]
    public void A_threshold_of_another_model_begins_on_the_side_of_the_old_value(double before, double value, char expected)
    {
        var (state, crossed) = CrossingDetector.Replace(new ThresholdState { Bound = 30, Count = 4 }, Stable, before, value);
        Assert.That(crossed switch { CrossingDirection.Falling => 'F', CrossingDirection.Rising => 'R', _ => ' ' }, Is.EqualTo(expected));
        Assert.That((state.Bound, state.Above, state.Count), Is.EqualTo((60.0, value >= 60, crossed is null ? 4 : 5)));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public FsCheck.Property Repeating_a_value_changes_nothing() => Prop.ForAll(Values(0, 100).ToArbitrary(), values =>
        Assert.That(Directions(Stable, [.. values.SelectMany(value => new[] { value, value })]), Is.EqualTo(Directions(Stable, values))));

    private static FsCheck.Gen<double[]> Values(double least, double most) =>
        Gen.Choose(0, 10_000).Select(step => least + ((most - least) * step / 10_000)).ArrayOf();

    private static FsCheck.Gen<Story> Flapping() =>
        from bound in Gen.Choose(10, 90)
        from margin in Gen.Choose(1, 10)
        from inclusive in Gen.Elements(true, false)
        from direction in Gen.Elements(Enum.GetValues<ThresholdDirection>())
        from dwell in Gen.Elements(0, 0, 1, 5)
        from before in Values(0, 100)
        from inside in Values(bound - margin + 0.001, bound + margin - 0.001)
        select new Story(
            new Threshold("own", Metric.Health, bound, inclusive, direction, margin, TimeSpan.FromHours(dwell), null), before, inside);

    private sealed record Story(Threshold Threshold, double[] Before, double[] Inside)
    {
        public override string ToString() => $"{Threshold}: {string.Join(' ', Before)} | {string.Join(' ', Inside)}";
    }

    private static string Directions(Threshold threshold, params double[] values)
    {
        ThresholdState? state = null;
        var directions = "";
        foreach (var (hour, value) in values.Index())
        {
            (state, var crossed) = CrossingDetector.Next(state, threshold, value, Start.AddHours(hour));
            directions += crossed switch { CrossingDirection.Falling => "F", CrossingDirection.Rising => "R", _ => "" };
        }

        return directions;
    }
}
