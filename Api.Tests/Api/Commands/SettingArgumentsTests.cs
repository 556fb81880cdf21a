using HealthApi.Api.Commands;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands;

public sealed class SettingArgumentsTests
{
    [TestCase("serve --Storage:ConnectionString x --urls=http://a:1", "serve", "--Storage:ConnectionString x --urls=http://a:1")]
    [TestCase("import m.json --Retention:Events 4000 f.csv", "import m.json f.csv", "--Retention:Events 4000")]
    [TestCase("--Roles api", "", "--Roles api")]
    [TestCase("demo --seed 7", "demo --seed 7", "")]
    [TestCase("keys create --name a:b", "keys create --name a:b", "")]
    public void Settings_are_separated_from_the_other_arguments_at_any_position(string line, string words, string settings)
    {
        var split = SettingArguments.Split(line.Split(' '));

        Assert.That(string.Join(' ', split.Words), Is.EqualTo(words));
        Assert.That(string.Join(' ', split.Settings), Is.EqualTo(settings));
    }

    [Test]
    public void A_setting_without_a_value_is_a_usage_error() =>
        Assert.That(() => SettingArguments.Split(["--Storage:Provider"]), Throws.TypeOf<CommandUsageException>());
}
