namespace HealthApi.Api.Commands.Demo;

/// <summary>Generates the events of an account on one day.</summary>
internal sealed class DemoDay(DemoAccount account, int day, int days, DateTimeOffset midnight, Random random)
{
    private const int BillingEvery = 30, SurveyEvery = 45;

    private readonly List<object> _events = [];

    /// <summary>0 on the first day, 1 on the last.</summary>
    private double Progress => (double)day / days;

    public IReadOnlyList<object> Events()
    {
        Usage();
        Tickets();
        Billing();
        Surveys();
        Relationship();
        return _events;
    }

    /// <summary>How well the account is doing, 0 to 1, according to its course.</summary>
    private double Mood() => account.Life switch
    {
        DemoLife.Healthy => 0.9,
        DemoLife.Declining => 0.9 - (0.6 * Progress),
        DemoLife.Recovering => Progress < 0.5 ? 0.8 - (1.3 * Progress) : -0.35 + (1.25 * Progress),
        _ => Progress < 0.4 ? 0.8 : Math.Max(0, 0.8 - (2.5 * (Progress - 0.4))),
    };

    private void Usage()
    {
        var weekend = midnight.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        var sessions = (int)Math.Round(Mood() * (weekend ? 1.5 : 4) * (0.6 + (0.8 * random.NextDouble())));
        for (var session = 0; session < sessions; session++)
        {
            var user = account.Users[random.Next(1 + (int)((account.Users.Count - 1) * Mood()))];
            var feature = DemoAccount.Features[random.Next(1 + (int)((DemoAccount.Features.Length - 1) * Mood()))];
            Add("usage.login", $"login-{session}", new { userId = user });
            Add("usage.feature_used", $"use-{session}", new { userId = user, feature, quantity = 1 + random.Next(20) });
        }
    }

    private void Tickets()
    {
        if (random.NextDouble() > 0.02 + (0.08 * (1 - Mood()))) return;
        var ticketId = $"{account.Id}-t{day}";
        var unhappy = random.NextDouble() > Mood();
        Add("ticket.opened", "opened", new { ticketId, priority = unhappy ? "p2" : "p3", sentiment = unhappy ? "negative" : "positive" });
        if (unhappy && random.NextDouble() < 0.3)
            Add("ticket.escalated", "escalated", new { ticketId, level = random.NextDouble() < 0.3 ? "executive" : "normal" });
        if (!unhappy || random.NextDouble() < 0.7)
            Add("ticket.resolved", "resolved", new { ticketId, firstContactResolution = !unhappy }, hours: 8);
        if (random.NextDouble() < 0.5) Add("csat.responded", "csat", new { score = unhappy ? 2 : 5, ticketId }, hours: 9);
    }

    private void Billing()
    {
        if (day % BillingEvery != account.Licences % BillingEvery) return;
        var invoiceId = $"{account.Id}-i{day}";
        Add("billing.invoice_issued", "issued",
            new { invoiceId, amount = Math.Round(account.Arr / 12, 2), dueDate = midnight.AddDays(14).ToString("yyyy-MM-dd") });
        if (Mood() > 0.25) Add("billing.invoice_paid", "paid", new { invoiceId }, hours: 10);
        else Add("billing.payment_failed", "failed", new { invoiceId }, hours: 10);
    }

    private void Surveys()
    {
        if (day % SurveyEvery != account.CustomerDays % SurveyEvery) return;
        Add("nps.responded", "nps",
            new { score = (int)Math.Clamp(Math.Round((Mood() * 10) + random.Next(3) - 1), 0, 10), respondentId = account.Users[0] });
    }

    private void Relationship()
    {
        if (account.Life == DemoLife.Churning && day == (int)(days * 0.55)) Add("relationship.champion_left", "champion", new { });
        if (account.Life == DemoLife.Churning && day == (int)(days * 0.7)) Add("relationship.competitor_mentioned", "competitor", new { });
        if (account.Life == DemoLife.Recovering && day == (int)(days * 0.45)) Add("relationship.champion_left", "champion", new { });
        if (account.Life == DemoLife.Recovering && day == (int)(days * 0.55)) Add("relationship.champion_joined", "joined", new { });
        if (day % 91 == account.CustomerDays % 91) Add(Mood() > 0.4 ? "relationship.qbr_held" : "relationship.qbr_missed", "qbr", new { });
    }

    private void Add(string type, string id, object data, double hours = 0) => _events.Add(new
    {
        id = $"{account.Id}-{day}-{id}",
        type,
        accountId = account.Id,
        occurredAt = midnight.AddHours(8 + hours + random.NextDouble()),
        data,
    });
}
