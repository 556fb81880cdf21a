using System.ComponentModel.DataAnnotations;
using HealthApi.Infrastructure.Settings;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace HealthApi.Api.Tests.Infrastructure.Settings;

internal sealed class SettingReaderTests
{
    [Test]
    public void Valid_settings_are_read_and_missing_ones_keep_their_default()
    {
        var options = Read(
            "Count=7", "share=0.5", "Wait=00:00:02.5", "On=TRUE", "Tone=LOUD", "Inner:Total=9000000000", "Rates:a b=2", "Names:0=x",
            "Names:1=y");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (options.Count, options.Share, options.Wait, options.On, options.Tone),
                Is.EqualTo((7, 0.5, TimeSpan.FromSeconds(2.5), true, Tone.Loud)));
            Assert.That((options.Inner.Total, options.Rates["a b"], options.Text), Is.EqualTo((9_000_000_000, 2, "as it is")));
            Assert.That(options.Names, Is.EqualTo(["x", "y"]));
        }
    }

    [Test]
    public void A_list_can_be_one_text() => Assert.That(Read("Names=x, y,").Names, Is.EqualTo(["x", "y"]));

    [TestCase("Count=eight", "Part:Count 'eight' is not a whole number from 1 to 9.")]
    [TestCase("Count=0", "Part:Count '0' is not a whole number from 1 to 9.")]
    [TestCase("Count=10", "Part:Count '10' is not a whole number from 1 to 9.")]
    [TestCase("Count=1.5", "Part:Count '1.5' is not a whole number from 1 to 9.")]
    [TestCase("Count=", "Part:Count '' is not a whole number from 1 to 9.")]
    [TestCase("Share=NaN", "Part:Share 'NaN' is not a number from 0 to 1.")]
    [TestCase("Share=1.01", "Part:Share '1.01' is not a number from 0 to 1.")]
    [TestCase("Wait=15", "Part:Wait '15' is not a time from 00:00:01 to 00:01:00, written hours:minutes:seconds.")]
    [TestCase("Wait=00:02:00", "Part:Wait '00:02:00' is not a time from 00:00:01 to 00:01:00, written hours:minutes:seconds.")]
    [TestCase("Any=24:00:00", "Part:Any '24:00:00' is not a time, written hours:minutes:seconds.")]
    [TestCase("On=yes", "Part:On 'yes' is not true or false.")]
    [TestCase("Tone=shrill", "Part:Tone 'shrill' is not Quiet or Loud.")]
    [TestCase("Tone=1", "Part:Tone '1' is not Quiet or Loud.")]
    [TestCase("Inner:Total=-1", "Part:Inner:Total '-1' is not a whole number from 0.")]
    [TestCase("Rates:a=fast", "Part:Rates:a 'fast' is not a number.")]
    [TestCase("Even=3", "Part:Even is odd.")]
    [TestCase("Inner=5", "Part:Inner is a section and not a setting; set a name below it, such as Part:Inner:Total.")]
    [TestCase("Count:Most=5", "Part:Count takes one value.")]
    [TestCase("Cuont=5", "'Part:Cuont' is not a setting; did you mean 'Part:Count'?")]
    [TestCase("Inner:Totals=5", "'Part:Inner:Totals' is not a setting; did you mean 'Part:Inner:Total'?")]
    public void An_error_names_the_setting_and_the_allowed_values(string setting, string error) =>
        Assert.That(() => Read(setting), Throws.TypeOf<SettingException>().With.Message.EqualTo(error));

    [Test]
    public void All_errors_are_reported_together() =>
        Assert.That(
            () => Read("Count=0", "On=yes"),
            Throws.TypeOf<SettingException>().With.Message.EqualTo(
                "Part:Count '0' is not a whole number from 1 to 9. Part:On 'yes' is not true or false."));

    [Test]
    public void A_section_that_two_options_share_knows_the_settings_of_both()
    {
        var settings = Settings("Count=2", "Total=3");
        Assert.That((settings.Read<Options>("Part").Count, settings.Read<Inner>("Part").Total), Is.EqualTo((2, 3)));
        Assert.That(settings.ThrowIfWrong, Throws.Nothing);
    }

    private static Options Read(params string[] settings)
    {
        var reader = Settings(settings);
        var options = reader.Read<Options>("Part");
        reader.ThrowIfWrong();
        return options;
    }

    private static SettingReader Settings(params string[] settings) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(
            settings.Select(setting => setting.Split('=')).Select(pair => KeyValuePair.Create("Part:" + pair[0], (string?)pair[1])))
            .Build());

    private enum Tone
    {
        Quiet,
        Loud,
    }

    private sealed class Options : IValidatableObject
    {
        [Range(1, 9)]
        public int Count { get; set; } = 1;

        [Range(0, 1)]
        public double Share { get; set; }

        [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
        public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(1);

        public TimeSpan Any { get; set; }

        public bool On { get; set; }

        public Tone Tone { get; set; }

        public string Text { get; set; } = "as it is";

        public int Even { get; set; }

        public Inner Inner { get; set; } = new();

        public Dictionary<string, double> Rates { get; set; } = [];

        public IList<string> Names { get; } = [];

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Even % 2 != 0) yield return new ValidationResult("Part:Even is odd.");
        }
    }

    private sealed class Inner
    {
        [Range(typeof(long), "0", "9223372036854775807")]
        public long Total { get; set; }
    }
}
