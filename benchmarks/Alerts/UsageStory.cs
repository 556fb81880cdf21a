namespace HealthApi.Benchmarks.Alerts;

/// <summary>A life of an account: the level of its usage on a day, counted from the first watched one.</summary>
/// <param name="Name">As the table prints it.</param>
/// <param name="Level">The share of the usual usage on a day; days before the first watched one are negative.</param>
internal sealed record UsageStory(string Name, Func<int, double> Level)
{
    /// <summary>The days that are watched.</summary>
    public const int Days = 120;

    /// <summary>The days of history before them.</summary>
    public const int Before = 150;

    public static UsageStory Unchanged { get; } = new("unchanged", _ => 1);

    public static UsageStory Halves { get; } = new("halves and stays", day => day >= 0 ? 0.5 : 1);

    public static UsageStory FallsSlowly { get; } =
        new("falls to 30 % over 60 days", day => day < 0 ? 1 : day >= 60 ? 0.3 : 1 - (0.7 * day / 60));

    public static UsageStory Fades { get; } = new("loses 1.5 % a day", day => day < 0 ? 1 : Math.Pow(0.985, day));

    public static UsageStory Dips { get; } = new("falls by 60 % for 45 days, then returns", day => day is >= 0 and < 45 ? 0.4 : 1);
}

/// <summary>How busy an account is, and how much its days differ.</summary>
/// <param name="PerDay">The mean number of events a day.</param>
/// <param name="Spread">Variance ÷ mean of the events of a day; above 1.</param>
internal sealed record UsageRate(double PerDay, double Spread)
{
    /// <summary>Working days have more events than the mean, weekends fewer; the mean of a week is 1.</summary>
    private static readonly double[] Weekdays = [0.2, 1.32, 1.32, 1.32, 1.32, 1.32, 0.2];

    public static IReadOnlyList<UsageRate> All { get; } = [new(1, 1.5), new(3, 2), new(10, 2), new(10, 6), new(40, 8)];

    public override string ToString() => FormattableString.Invariant($"{PerDay} a day [{Spread}]");

    /// <summary>The number of events of a day: negative binomial with the mean of its weekday.</summary>
    public int Draw(Random random, int day, double level)
    {
        var mean = PerDay * level * Weekdays[((day % 7) + 7) % 7];
        return mean <= 0 ? 0 : Poisson(random, Gamma(random, mean / (Spread - 1)) * (Spread - 1));
    }

    private static int Poisson(Random random, double mean)
    {
        // By halves, so that exp(−mean) does not vanish.
        if (mean > 30) return Poisson(random, mean / 2) + Poisson(random, mean / 2);
        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0);
        for (; product > limit; count++) product *= random.NextDouble();
        return count;
    }

    /// <summary>By Marsaglia and Tsang (2000), with their boost for shapes below 1.</summary>
    private static double Gamma(Random random, double shape)
    {
        if (shape < 1) return Gamma(random, shape + 1) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        var d = shape - (1.0 / 3);
        while (true)
        {
            var x = Normal(random);
            var v = Math.Pow(1 + (x / Math.Sqrt(9 * d)), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + (d * (1 - v + Math.Log(v)))) return d * v;
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
