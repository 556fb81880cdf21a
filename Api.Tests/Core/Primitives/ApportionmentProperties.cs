using HealthApi.Core.Primitives;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Primitives;

internal sealed class ApportionmentProperties
{
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Tenths_sum_exactly_to_the_whole_and_each_is_within_a_tenth_of_its_part(int[] thousandths)
    {
        if (thousandths.Length == 0) return;
        var parts = thousandths.Select(part => part % 50_000 / 1000.0).ToArray();
        var whole = Math.Round((decimal)parts.Sum(), 1);
        var tenths = Apportionment.InTenths(parts, whole);
        Assert.That(tenths.Sum(), Is.EqualTo(whole));
        for (var index = 0; index < parts.Length; index++)
            Assert.That((double)tenths[index], Is.EqualTo(parts[index]).Within(0.1 + 1e-9), $"part {index} of {string.Join(", ", parts)}");
    }
}
