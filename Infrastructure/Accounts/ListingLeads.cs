namespace HealthApi.Infrastructure.Accounts;

/// <summary>The statements that find the values of a column that an index starts with: the smallest, and the next one.</summary>
internal static class ListingLeads
{
    private const string Segment = "SELECT MIN(segment) FROM accounts";
    private const string Phase = "SELECT MIN(phase) FROM accounts";
    private const string Category = "SELECT MIN(category) FROM account_states";
    private const string Risk = "SELECT MIN(risk_level) FROM account_states";
    private const string NextSegment = Segment + " WHERE segment > @After";
    private const string NextPhase = Phase + " WHERE phase > @After";
    private const string NextCategory = Category + " WHERE category > @After";
    private const string NextRisk = Risk + " WHERE risk_level > @After";

    public static (string First, string Next) Of(ListingFilter lead) => lead switch
    {
        ListingFilter.Segment => (Segment, NextSegment),
        ListingFilter.Phase => (Phase, NextPhase),
        ListingFilter.Category => (Category, NextCategory),
        _ => (Risk, NextRisk),
    };
}
