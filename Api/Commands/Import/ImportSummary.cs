namespace HealthApi.Api.Commands.Import;

/// <summary>What an import says when it is done.</summary>
internal static class ImportSummary
{
    public static void Write(TextWriter output, ImportTally tally, RejectionReport report, TimeSpan retention, bool webhooks)
    {
        var rate = tally.Seconds > 0 ? tally.Handled / tally.Seconds : 0;
        output.WriteLine($"{tally.Rows:N0} rows in {tally.Seconds:0.0} s, {rate:N0} events/s");
        output.WriteLine(
            $"  events    {tally.Events:N0} new, {tally.Duplicates:N0} duplicates, {tally.Conflicts:N0} conflicts (same id, other "
                + "content: the first stays)");
        output.WriteLine(
            $"  accounts  {tally.AccountsCreated:N0} created, {tally.AccountsUpdated:N0} updated, {tally.AccountsUnchanged:N0} as they "
                + "were");
        var sent = webhooks ? "decided" : "kept without a webhook (--webhooks sends them)";
        if (tally.Crossings > 0) output.WriteLine($"  crossings {tally.Crossings:N0} {sent}");
        if (tally.Unused > 0) output.WriteLine($"  rows of which nothing was made, since no condition held: {tally.Unused:N0}");
        if (tally.Parked > 0)
            output.WriteLine($"  parked    {tally.Parked:N0} events could not be processed; they are kept in parked_events");
        WriteRejected(output, tally, report, retention);
    }

    private static void WriteRejected(TextWriter output, ImportTally tally, RejectionReport report, TimeSpan retention)
    {
        if (tally.Rejected.Count == 0) return;
        var codes = string.Join(", ", tally.Rejected.Select(pair => $"{pair.Key} {pair.Value:N0}"));
        output.WriteLine($"  rejected  {tally.Rejected.Values.Sum():N0} ({codes}); all of them are listed in {report.Path}");
        var table = new TextTable("file", "line", "output", "reason");
        foreach (var rejection in report.First) table.Add(rejection.File, rejection.Line, rejection.Output, rejection.Reason);
        if (!table.IsEmpty) table.Write(output, "    ");
        if (tally.TooOld > 0)
            output.WriteLine(
                $"  {tally.TooOld:N0} events lie outside the {retention.TotalDays:N0} days that are kept: give import and serve a longer "
                    + "--Retention:Events, in days.");
    }
}
