namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The state of an invoice with an id. It is unpaid until there is an <c>invoice_paid</c> event for it, of any time, and again after a
/// later <c>payment_failed</c>. The newest stated due date counts. Without a due date it is overdue since the earliest overdue notice.
/// </summary>
internal sealed class Invoice : IFigure<Invoice>
{
    /// <summary>The newest payment.</summary>
    public long Paid { get; private set; } = Instants.None;

    /// <summary>The newest failed payment.</summary>
    public long Failed { get; private set; } = Instants.None;

    public Latest<long> Due { get; private set; } = Latest<long>.None;

    /// <summary>Overdue notices without a due date.</summary>
    public Timeline<Occurrence> Notices { get; private init; } = new();

    public bool IsEmpty => Paid == Instants.None && Failed == Instants.None && !Due.Known && Notices.Count == 0;

    public void Pay(long instant) => Paid = Math.Max(Paid, instant);

    public void Fail(long instant) => Failed = Math.Max(Failed, instant);

    public void FallDue(long instant, long due) => Due = Due.With(instant, due);

    public void AddNotice(long instant) => Notices.Add(new Occurrence(instant));

    public void Forget(long asOf)
    {
        var claims = asOf - Horizons.Claims;
        Paid = Paid > asOf - Horizons.Payments ? Paid : Instants.None;
        Failed = Failed > claims ? Failed : Instants.None;
        Due = Due.After(claims);
        Notices.Forget(claims);
    }

    /// <summary>The open claim of the invoice at an instant.</summary>
    public OpenClaim OpenAt(long asOf)
    {
        if (IsSettledAt(asOf))
        {
            return default;
        }

        var claims = asOf - Horizons.Claims;
        var notices = Notices.After(claims);
        var days = Due.Instant > claims ? OpenClaim.DaysSinceDue(Due.Value, asOf)
            : notices.Length > 0 ? OpenClaim.DaysSinceNotice(notices[0].Instant, asOf)
            : 0;
        return new OpenClaim(Failed > claims, days);
    }

    public void Edges(ref NextEdge next)
    {
        if (IsSettledAt(next.AsOf))
        {
            next.Leaves(Paid, Horizons.Payments);
            return;
        }

        next.Leaves(Failed, Horizons.Claims);
        next.Leaves(Due.Instant, Horizons.Claims);
        next.Leaves(Notices, Horizons.Claims);
        next.DaysSince(Signal.DaysOverdue, Due.Known ? Due.Value : Instants.None);
        foreach (var notice in Notices.Items)
        {
            next.DaysSince(Signal.DaysOverdue, notice.Instant);
        }
    }

    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(Paid);
        writer.OptionalInstant(Failed);
        writer.Latest(Due);
        Notices.Write(ref writer);
    }

    public static Invoice Read(ref FigureReader reader) => new()
    {
        Paid = reader.OptionalInstant(),
        Failed = reader.OptionalInstant(),
        Due = reader.Latest(),
        Notices = Timeline<Occurrence>.Read(ref reader),
    };

    private bool IsSettledAt(long asOf) =>
        Paid > asOf - Horizons.Payments && (Failed <= Paid || Failed <= asOf - Horizons.Claims);
}
