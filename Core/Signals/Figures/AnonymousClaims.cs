namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// Due dates, overdue notices and failed payments without an invoice id. Any payment of the account at the same instant or later settles
/// them, whichever invoice it names.
/// </summary>
internal sealed class AnonymousClaims
{
    private long _paid = Instants.None;
    private long _failed = Instants.None;
    private readonly Timeline<Claim> _claims = new();

    public void Pay(long instant) => _paid = Math.Max(_paid, instant);

    public void Fail(long instant) => _failed = Math.Max(_failed, instant);

    /// <summary>Adds a claim with a due date, or an overdue notice without one (<see cref="Instants.None"/>).</summary>
    public void Add(long instant, long due) => _claims.Add(new Claim(instant, due));

    public void Forget(long asOf)
    {
        var horizon = Math.Max(asOf - Horizons.Claims, _paid);
        _failed = _failed > horizon ? _failed : Instants.None;
        _claims.Forget(horizon);
    }

    public OpenClaim OpenAt(long asOf)
    {
        var horizon = Math.Max(asOf - Horizons.Claims, _paid);
        var days = 0L;
        foreach (var claim in _claims.After(horizon))
        {
            days = Math.Max(days, claim.DaysOverdue(asOf));
        }

        return new OpenClaim(_failed > horizon, days);
    }

    public void Edges(ref NextEdge next)
    {
        next.Leaves(_failed, Horizons.Claims);
        next.Leaves(_claims, Horizons.Claims);
        foreach (var claim in _claims.After(_paid))
        {
            next.DaysSince(Signal.DaysOverdue, claim.Due == Instants.None ? claim.Instant : claim.Due);
        }
    }

    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(_paid);
        writer.OptionalInstant(_failed);
        _claims.Write(ref writer);
    }

    public void Fill(ref FigureReader reader)
    {
        _paid = reader.OptionalInstant();
        _failed = reader.OptionalInstant();
        _claims.Fill(ref reader);
    }

    private readonly record struct Claim(long Instant, long Due) : ITimed<Claim>
    {
        public long DaysOverdue(long asOf) =>
            Due == Instants.None ? OpenClaim.DaysSinceNotice(Instant, asOf) : OpenClaim.DaysSinceDue(Due, asOf);

        public int CompareTo(Claim other) => Instant != other.Instant ? Instant.CompareTo(other.Instant) : Due.CompareTo(other.Due);

        public void WriteContent(ref FigureWriter writer)
        {
            writer.Byte(Due == Instants.None ? (byte)0 : (byte)1);
            if (Due != Instants.None)
            {
                writer.AbsoluteInstant(Due);
            }
        }

        public static Claim ReadContent(long instant, ref FigureReader reader) =>
            new(instant, reader.Byte() == 0 ? Instants.None : reader.AbsoluteInstant());
    }
}
