namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The newest statement of a value. Of two at the same instant the greater value counts, so the order of arrival does not matter.
/// </summary>
internal readonly record struct Latest<T>(long Instant, T Value)
    where T : struct, IComparable<T>
{
    public static Latest<T> None => new(Instants.None, default);

    public bool Known => Instant != Instants.None;

    public Latest<T> With(long instant, T value) =>
        instant > Instant || (instant == Instant && value.CompareTo(Value) > 0) ? new(instant, value) : this;

    /// <summary>This statement, or none if it was made at or before the instant.</summary>
    public Latest<T> After(long instant) => Instant > instant ? this : None;
}
