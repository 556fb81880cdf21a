using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions;

/// <summary>docs/domain.md states the same numbers as the built-in documents.</summary>
internal sealed class DomainPageTests
{
    private static readonly string Page = Pages.Read("docs/domain.md");

    private static IReadOnlyList<HealthModel> Models => BuiltInModels.All;

    private static ImmutableArray<ChurnIndicator> Indicators => BuiltInChurnRules.Default.Indicators;

    [Test]
    public void The_page_defines_every_signal()
    {
        var section = Between("## §3 ", "## §4 ");
        Assert.That(SignalCatalogue.All.Select(signal => signal.Name).Where(name => !Names(section, name)), Is.Empty);
    }

    [TestCaseSource(nameof(Models))]
    public void The_page_states_every_measure_of_a_model(HealthModel model)
    {
        var section = Between($"### `{model.Id}`", "\n##");
        foreach (var component in model.Components)
        {
            for (var index = 0; index < component.Measures.Length; index++)
                Assert.That(section, Does.Contain(Row(component, index)));
        }

        Assert.That(section, Does.Contain("Categories"));
    }

    [TestCaseSource(nameof(Models))]
    public void The_page_states_the_categories_of_a_model(HealthModel model)
    {
        var section = Between($"### `{model.Id}`", "\n##");
        if (Models.FirstOrDefault(other => section.Contains($"Categories as `{other.Id}`", StringComparison.Ordinal)) is { } same)
            Assert.That(model.Categories.Select(Stated), Is.EqualTo(same.Categories.Select(Stated)));
        else
            Assert.That(section, Does.Match("Categories: " + string.Join(@"[^,]*.*, ", model.Categories.Select(Stated))));
    }

    [TestCaseSource(nameof(Indicators))]
    public void The_page_states_an_indicator_with_its_signals(ChurnIndicator indicator)
    {
        var row = Page.Split('\n').Single(line => line.StartsWith($"| `{indicator.Id}` |", StringComparison.Ordinal));
        Assert.That(row, Does.StartWith($"| `{indicator.Id}` | {indicator.Severity.Name()} | {indicator.Kind.Name()} | "));
        Assert.That(SignalsOf(indicator.Id).Where(signal => !Names(row, signal)), Is.Empty);
    }

    [Test]
    public void The_page_states_no_other_indicator()
    {
        var rows = Between("## §5 ", "## §6 ").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.That(rows.Count(), Is.EqualTo(Indicators.Length));
    }

    [Test]
    public void The_page_states_the_probabilities_of_the_severities_and_the_levels()
    {
        var rules = BuiltInChurnRules.Default;
        var (high, medium) = (Hundredths(rules.Probabilities.High), Hundredths(rules.Probabilities.Medium));
        Assert.That(Page, Does.Contain($"p = {high} for `high` and {medium} for `medium`"));
        var levels = rules.Levels.Select(level => level.Bound is { } bound ? $"`{level.Id}` ≥ {Text(bound)}" : $"`{level.Id}` below");
        Assert.That(Page, Does.Contain("**Levels:** " + string.Join(", ", levels)));
    }

    [Test]
    public void The_page_states_every_segment() =>
        Assert.That(SegmentPolicy.Default.Segments.Select(Row).Where(row => !Page.Contains(row, StringComparison.Ordinal)), Is.Empty);

    private static bool Names(string text, string signal) => text.Contains($"`{signal}`", StringComparison.Ordinal);

    private static string Between(string start, string end)
    {
        var from = Page.IndexOf(start, StringComparison.Ordinal);
        Assert.That(from, Is.Not.Negative, start);
        var to = Page.IndexOf(end, from + start.Length, StringComparison.Ordinal);
        return to < 0 ? Page[from..] : Page[from..to];
    }

    private static string Row(HealthComponent component, int index)
    {
        var measure = component.Measures[index];
        var lowest = component.Aggregate == Aggregate.Min ? " (the lowest measure)" : "";
        var weight = component.Weight < 1 ? Hundredths(component.Weight) : Text(component.Weight);
        var head = index == 0 ? $"| {component.Id}{lowest} | {weight} |" : "| | |";
        var missing = measure.Missing?.NeutralPoints is { } points ? $"; missing = {Text(points)} points" : "";
        return $"{head} `{measure.Signal.Name()}` | {Points(measure)}{missing} |";
    }

    private static string Points(HealthMeasure measure) => measure.Normaliser switch
    {
        LinearNormaliser line => $"linear {Text(line.From)} → {Text(line.To)}",
        BandsNormaliser bands => "bands " + string.Join(", ", bands.Bands.Select(Stated).Append(Else(bands.Else))),
        MapNormaliser map => "map " + string.Join(", ", Listed(measure.Signal, map)),
        FlagNormaliser flag => $"flag true {Text(flag.WhenTrue)}, false {Text(flag.WhenFalse)}",
        var other => other.ToString(),
    };

    private static IEnumerable<string> Listed(Signal signal, MapNormaliser map)
    {
        var words = SignalCatalogue.Get(signal).Words!.Where(map.Words.ContainsKey);
        var listed = words.Select(word => $"{word} {Text(map.Words[word])}");
        return map.Else is null ? listed : listed.Append(Else(map.Else));
    }

    private static string Else(double? points) => $"else {Text(points ?? 0)}";

    private static string Stated(Band band) => $"{Sign(band.Operator)} {Text(band.Bound)} → {Text(band.Points)}";

    private static string Stated(HealthCategory category) =>
        category.Bound is { } bound ? $"`{category.Id}` {(category.Inclusive ? "≥" : ">")} {Text(bound)}" : $"`{category.Id}`";

    private static string Row(Segment segment)
    {
        var minimum = segment.MinimumArr is { } arr ? arr.ToString("#,0", CultureInfo.InvariantCulture) : "only pinned";
        var review = segment.BusinessReviewDays is { } days ? $"every {days} days" : "none";
        return $"| `{segment.Id}` | {minimum} | {segment.Touch} | {segment.Csm} | {review} | {segment.FirstResponseHours} h |";
    }

    private static List<string> SignalsOf(string indicator)
    {
        using var document = JsonDocument.Parse(Pages.Read("Core/Churn/Rules/default.json"));
        var indicators = document.RootElement.GetProperty("indicators").EnumerateArray();
        return [.. Named(indicators.Single(one => one.GetProperty("id").GetString() == indicator).GetProperty("condition"))];
    }

    private static IEnumerable<string> Named(JsonElement condition)
    {
        if (condition.ValueKind == JsonValueKind.Array) return condition.EnumerateArray().SelectMany(Named);
        if (condition.ValueKind != JsonValueKind.Object) return [];
        if (condition.TryGetProperty("signal", out var signal)) return [signal.GetString()!];
        return condition.EnumerateObject().SelectMany(part => Named(part.Value));
    }

    private static string Sign(Operator comparison) => comparison switch
    {
        Operator.GreaterOrEqual => "≥",
        Operator.LessOrEqual => "≤",
        _ => comparison.Symbol(),
    };

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Hundredths(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
