namespace HealthApi.Infrastructure.Events;

/// <summary>Where a fold of an account's log may start: at a checkpoint, where the instants that it needs allow it.</summary>
/// <param name="From">The earliest instant at which the figures are evaluated.</param>
/// <param name="Known">
/// The instant of which the fold asks what was known then, so that it must tell events that came later from the others; the last instant
/// where it does not ask.
/// </param>
public readonly record struct FoldStart(DateTimeOffset From, DateTimeOffset Known)
{
    /// <summary>At the account's baseline or its first event.</summary>
    public static FoldStart Beginning => new(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    /// <summary>At the newest checkpoint that is not later than the instant.</summary>
    public static FoldStart At(DateTimeOffset from) => new(from, DateTimeOffset.MaxValue);

    /// <summary>
    /// At the newest checkpoint that is not later than the instant and whose events were all received by it, or all after it.
    /// </summary>
    public static FoldStart AsKnownAt(DateTimeOffset at) => new(at, at);
}
