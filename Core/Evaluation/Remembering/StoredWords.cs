namespace HealthApi.Core.Evaluation.Remembering;

/// <summary>
/// The words that memories of most accounts contain: signals, categories, levels and built-in ids. A stored memory holds a word's position
/// in this list instead of its text, so words may only be added at the end. A word that is not in the list is stored as text.
/// </summary>
internal static class StoredWords
{
    private static readonly string[] Words =
    [
        "unknown", "healthy", "stable", "at_risk", "critical", "low", "medium", "high", "smb", "mid_market", "enterprise",
        "lifecycle:1", "churn_risk:medium", "churn_risk:high", "churn_risk:critical", "lifecycle:at_risk", "lifecycle:stable",
        "lifecycle:healthy", "health:at_risk", "health:stable", "health:healthy",
        "monthlyActiveUsers", "weeklyActiveUsers", "dailyActiveUsers", "activeUserRatio", "dailyActiveRatio", "loginDays30", "logins30",
        "daysSinceLastActivity", "featureAdoption", "coreFeatureAdoption", "usageVolume30", "volumeRatio", "contractUtilisation",
        "usageChange30", "tickets30", "ticketChange30", "highPriorityTickets14", "escalations30", "executiveEscalations90",
        "escalationChange30", "reopenRate90", "firstContactResolution90", "meanTimeToResolveHours90", "supportSentiment", "csatAverage90",
        "csatPercent90", "csatDecliningMonths", "cesAverage90", "npsLatest", "npsScore180", "npsResponses180", "paymentStatus",
        "daysOverdue", "mrrChange90", "cancellationScheduled", "qbrAttendance365", "missedQbrs365", "trainingCompletions180",
        "executiveEngagements90", "feedbackGiven180", "referenceAgreed", "championLeft", "competitorMentions90",
        "budgetCutCommunicated180", "reportedOutcome", "daysToRenewal", "renewalIncomplete", "accountAgeDays", "daysToFirstValue",
        "current", "overdue", "none", "normal", "executive", "positive", "neutral", "negative", "promoter", "passive", "detractor",
    ];

    private static readonly Dictionary<string, int> Positions =
        Words.Select((word, position) => (word, position)).ToDictionary(pair => pair.word, pair => pair.position, StringComparer.Ordinal);

    public static int Count => Words.Length;

    public static bool TryFind(string word, out int position) => Positions.TryGetValue(word, out position);

    public static string At(int position) => Words[position];
}
