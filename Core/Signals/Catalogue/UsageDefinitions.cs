using static HealthApi.Core.Signals.SignalDefinition;

namespace HealthApi.Core.Signals.Catalogue;

internal static class UsageDefinitions
{
    public static IEnumerable<SignalDefinition> All =>
    [
        Number(Signal.MonthlyActiveUsers, "users", "P30D", "Distinct users in the last 30 days."),
        Number(Signal.WeeklyActiveUsers, "users", "P7D", "Distinct users in the last 7 days."),
        Number(Signal.DailyActiveUsers, "users", "P1D", "Distinct users in the last day."),
        Ratio(Signal.ActiveUserRatio, "P30D", "monthlyActiveUsers ÷ licences, capped at 1."),
        Ratio(Signal.DailyActiveRatio, "P1D", "dailyActiveUsers ÷ licences, capped at 1."),
        Number(Signal.LoginDays30, "days", "P30D", "Distinct UTC days with any usage in the last 30 days; at most 30."),
        Number(Signal.Logins30, "logins", "P30D", "Count of usage.login in the last 30 days."),
        Number(Signal.DaysSinceLastActivity, "days", null, "Whole days since the newest usage event."),
        Ratio(Signal.FeatureAdoption, "P30D", "Distinct features used in the last 30 days ÷ featuresAvailable, capped at 1."),
        Ratio(Signal.CoreFeatureAdoption, "P30D", "Distinct coreFeatures used in the last 30 days ÷ count of coreFeatures."),
        Number(
            Signal.UsageVolume30, "quantity", "P30D",
            "Sum of quantity over the usage of the last 30 days (default 1 each; a snapshot its records)."),
        Ratio(Signal.VolumeRatio, "P30D", "usageVolume30 ÷ expectedMonthlyVolume, capped at 1."),
        Ratio(Signal.ContractUtilisation, "P30D", "usageVolume30 ÷ contractedUsage, capped at 1."),
        Change(Signal.UsageChange30, "P30D", "usageVolume30 ÷ usageVolume30 of the 30 days before − 1; missing if that is 0."),
        Change(Signal.UsageShift, "P28D", ShiftTexts.UsageShift),
        Word(Signal.UsageShiftGrade, "P28D", ShiftTexts.UsageGrade, ShiftTexts.Grades),
        Number(Signal.DaysToFirstValue, "days", null, "First use of a core feature − customerSince.", minimum: null),
        Number(Signal.AccountAgeDays, "days", null, "Whole days since customerSince.", minimum: null),
    ];
}
