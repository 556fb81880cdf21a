namespace HealthApi.Core.Scoring;

/// <summary>How a measure without data counts (domain.md §4). It never raises the coverage.</summary>
public abstract record MissingPolicy
{
    private MissingPolicy()
    {
    }

    /// <summary>The measure is left out, and the weights of the others are rescaled.</summary>
    public static MissingPolicy Renormalise { get; } = new LeaveOut();

    /// <summary>The measure counts as 0 points.</summary>
    public static MissingPolicy Zero { get; } = new CountAsZero();

    /// <summary>The points of a measure without data, 0–100; null if it is left out.</summary>
    public abstract double? NeutralPoints { get; }

    /// <summary>The measure counts as a stated number of points, 0–100.</summary>
    public static MissingPolicy Points(double points) => new CountAs(points);

    internal sealed record LeaveOut : MissingPolicy
    {
        public override double? NeutralPoints => null;
    }

    internal sealed record CountAsZero : MissingPolicy
    {
        public override double? NeutralPoints => 0;
    }

    internal sealed record CountAs(double Value) : MissingPolicy
    {
        public override double? NeutralPoints => Value;
    }
}
