using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>The billing family: what is owed, and the commercial terms that billing events told.</summary>
internal sealed class BillingFigures : IFamilyFigures
{
    /// <summary>A renewal told without a new date covers the renewal dates up to so long after it.</summary>
    private const long RenewalCovers = 120 * Instants.Day;

    public long Newest { get; private set; } = Instants.None;

    /// <summary>The newest <c>billing.renewed</c> that states no new renewal date.</summary>
    public long NewestRenewed { get; private set; } = Instants.None;

    /// <summary>Revenue within <c>mrrChange90</c>'s window, and the newest told before it.</summary>
    public Timeline<MrrPoint> Mrr { get; } = new();

    public Latest<long> Licences { get; private set; } = Latest<long>.None;

    public Latest<long> RenewalDate { get; private set; } = Latest<long>.None;

    public SortedNames<Invoice> Invoices { get; } = new();

    public AnonymousClaims Anonymous { get; } = new();

    /// <summary>Whether a renewal told without a new date covers this renewal date.</summary>
    public bool Covers(long renewal) => NewestRenewed != Instants.None && renewal <= NewestRenewed + RenewalCovers;

    public void Apply(EventType type, BillingData data, long instant)
    {
        Newest = Math.Max(Newest, instant);
        ApplyTerms(type, data, instant);
        if (type is < EventType.BillingInvoiceIssued or > EventType.BillingInvoiceOverdue)
        {
            return;
        }

        if (type == EventType.BillingInvoicePaid)
        {
            Anonymous.Pay(instant);
        }

        if (string.IsNullOrEmpty(data.InvoiceId))
        {
            ApplyAnonymous(type, Instants.Of(data.DueDate), instant);
        }
        else
        {
            ApplyNamed(data.InvoiceId, type, Instants.Of(data.DueDate), instant);
        }
    }

    public void Forget(long asOf)
    {
        Mrr.RemoveRange(0, Math.Max(0, Mrr.IndexAfter(asOf - Windows.Days90) - 1));
        foreach (var invoice in Invoices.Values)
        {
            invoice.Forget(asOf);
        }

        Invoices.Keep(0, static (invoice, _) => !invoice.SaysNothing);
        Anonymous.Forget(asOf);
    }

    public AccountTerms Terms() => new(
        Mrr.Count == 0 ? null : new(Mrr.Items[^1].Mrr, Instants.ToTime(Mrr.Newest)),
        Licences.Known ? new((int)Licences.Value, Instants.ToTime(Licences.Instant)) : null,
        RenewalDate.Known ? new(Instants.ToTime(RenewalDate.Value), Instants.ToTime(RenewalDate.Instant)) : null);

    public OpenClaim OpenAt(long asOf)
    {
        var open = Anonymous.OpenAt(asOf);
        foreach (var invoice in Invoices.Values)
        {
            open = open.And(invoice.OpenAt(asOf));
        }

        return open;
    }

    public void Edges(ref NextEdge next)
    {
        next.Leaves(Mrr, Windows.Days90);
        Anonymous.Edges(ref next);
        foreach (var invoice in Invoices.Values)
        {
            invoice.Edges(ref next);
        }
    }

    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(Newest);
        writer.OptionalInstant(NewestRenewed);
        writer.Latest(Licences);
        writer.Latest(RenewalDate);
        Mrr.Write(ref writer);
        Invoices.Write(ref writer);
        Anonymous.Write(ref writer);
    }

    public void Fill(ref FigureReader reader)
    {
        Newest = reader.OptionalInstant();
        NewestRenewed = reader.OptionalInstant();
        Licences = reader.Latest();
        RenewalDate = reader.Latest();
        Mrr.Fill(ref reader);
        Invoices.Fill(ref reader);
        Anonymous.Fill(ref reader);
    }

    private void ApplyTerms(EventType type, BillingData data, long instant)
    {
        if (data.Mrr is { } mrr)
        {
            Tell(new MrrPoint(instant, Money.Normalise(mrr)));
        }

        if (data.Licences is { } licences)
        {
            Licences = Licences.With(instant, licences);
        }

        if (data.RenewalDate is { } renewal)
        {
            RenewalDate = RenewalDate.With(instant, Instants.Of(renewal));
        }
        else if (type == EventType.BillingRenewed)
        {
            NewestRenewed = Math.Max(NewestRenewed, instant);
        }
    }

    private void Tell(MrrPoint point)
    {
        if (Mrr.Search(point) < 0)
        {
            Mrr.Add(point);
        }
    }

    private void ApplyNamed(string invoiceId, EventType type, long due, long instant)
    {
        var index = Invoices.Find(invoiceId);
        var invoice = index >= 0 ? Invoices.Values[index] : Invoices.GetOrAdd(invoiceId, new Invoice());
        if (due != Instants.None)
        {
            invoice.FallDue(instant, due);
        }
        else if (type == EventType.BillingInvoiceOverdue)
        {
            invoice.Notify(instant);
        }

        if (type == EventType.BillingInvoicePaid)
        {
            invoice.Pay(instant);
        }
        else if (type == EventType.BillingPaymentFailed)
        {
            invoice.Fail(instant);
        }
    }

    private void ApplyAnonymous(EventType type, long due, long instant)
    {
        if (type != EventType.BillingInvoicePaid && (due != Instants.None || type == EventType.BillingInvoiceOverdue))
        {
            Anonymous.Add(instant, due);
        }

        if (type == EventType.BillingPaymentFailed)
        {
            Anonymous.Fail(instant);
        }
    }
}
