using System.Text;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class SignalCatalogueTests
{
    [Test]
    public void Every_signal_is_defined_once_under_its_own_name()
        => Assert.That(SignalCatalogue.All.Select(definition => definition.Signal), Is.EqualTo(Enum.GetValues<Signal>()));

    [TestCaseSource(nameof(All))]
    public void A_definition_is_complete(SignalDefinition definition) => Assert.Multiple(() =>
    {
        Assert.That(SignalCatalogue.Get(definition.Signal), Is.SameAs(definition));
        Assert.That(definition.Name, Is.EqualTo(definition.Signal.ToString()).IgnoreCase.And.Matches("^[a-z]"));
        Assert.That(definition.Definition, Does.EndWith("."));
        Assert.That(definition.Unit, Is.Not.Empty);
        Assert.That(definition.Words is { Count: > 1 }, Is.EqualTo(definition.Kind == SignalKind.Word), "words belong to word signals");
        Assert.That(definition.Minimum is null || definition.Kind == SignalKind.Number, "only numbers have a range");
        Assert.That(definition.Maximum is null || definition.Minimum < definition.Maximum);
    });

    [TestCaseSource(nameof(All))]
    public void A_name_is_parsed_from_text_and_from_bytes(SignalDefinition definition) => Assert.Multiple(() =>
    {
        Assert.That(SignalCatalogue.TryParse(definition.Name, out var fromText), Is.True);
        Assert.That(SignalCatalogue.TryParse(Encoding.UTF8.GetBytes(definition.Name), out var fromBytes), Is.True);
        Assert.That((fromText, fromBytes), Is.EqualTo((definition.Signal, definition.Signal)));
    });

    [TestCase("")]
    [TestCase("Tickets30")]
    [TestCase("tickets")]
    [TestCase("tickets30 ")]
    [TestCase("0")]
    public void A_name_that_is_not_exact_is_refused(string name) => Assert.Multiple(() =>
    {
        Assert.That(SignalCatalogue.TryParse(name, out _), Is.False);
        Assert.That(SignalCatalogue.TryParse(Encoding.UTF8.GetBytes(name), out _), Is.False);
    });

    [Test]
    public void Bytes_longer_than_any_name_are_refused()
        => Assert.That(SignalCatalogue.TryParse(new byte[5_000], out _), Is.False);

    [TestCase("ticketz30", "tickets30")]
    [TestCase("daysSinceLastActvity", "daysSinceLastActivity")]
    [TestCase("NPSLATEST", "npsLatest")]
    [TestCase("paymentstatus", "paymentStatus")]
    public void The_error_of_a_misspelled_name_suggests_the_signal_that_was_meant(string name, string meant)
        => Assert.That(SignalCatalogue.UnknownDetail(name), Is.EqualTo($"'{name}' is not a signal; did you mean '{meant}'?"));

    private static IEnumerable<SignalDefinition> All() => SignalCatalogue.All;
}
