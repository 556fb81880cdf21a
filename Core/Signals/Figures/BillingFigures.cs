using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>The figures of the billing family: claims and subscriptions.</summary>
internal sealed class BillingFigures : IFamilyFigures
{
    public long Newest { get; private set; } = Instants.None;

    public SubscriptionFigures Subscriptions { get; } = new();

    public SortedNames<Invoice> Invoices { get; } = new();

    public AnonymousClaims Anonymous { get; } = new();

    public void Apply(string source, EventType type, BillingData data, long instant)
    {
        Newest = Math.Max(Newest, instant);
        if (type is < EventType.BillingInvoiceIssued or > EventType.BillingInvoiceOverdue)
        {
            Subscriptions.Apply(source, type, data, instant);
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
        Subscriptions.Forget(asOf);
        foreach (var invoice in Invoices.Values)
        {
            invoice.Forget(asOf);
        }

        Invoices.Keep(0, static (invoice, _) => !invoice.IsEmpty);
        Anonymous.Forget(asOf);
    }

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
        Subscriptions.Edges(ref next);
        Anonymous.Edges(ref next);
        foreach (var invoice in Invoices.Values)
        {
            invoice.Edges(ref next);
        }
    }

    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(Newest);
        Subscriptions.Write(ref writer);
        Invoices.Write(ref writer);
        Anonymous.Write(ref writer);
    }

    public void Fill(ref FigureReader reader)
    {
        Newest = reader.OptionalInstant();
        if (reader.Format == AccountFigures.FirstFormat)
        {
            FillFormer(ref reader);
        }
        else
        {
            Subscriptions.Fill(ref reader);
        }

        Invoices.Fill(ref reader);
        Anonymous.Fill(ref reader);
    }

    /// <summary>Reads format 1, which has one set of terms for all subscriptions together.</summary>
    private void FillFormer(ref FigureReader reader)
    {
        var renewed = reader.OptionalInstant();
        var (licences, renewalDate) = (reader.Latest(), reader.Latest());
        Subscriptions.FillFormer(Timeline<MrrPoint>.Read(ref reader).Items, licences, renewalDate, renewed);
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
            invoice.AddNotice(instant);
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
