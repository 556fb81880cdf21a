namespace HealthApi.Api.Commands.Import;

/// <summary>Prints the result of an import.</summary>
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
            $"  accounts  {tally.AccountsCreated:N0} created, {tally.AccountsUpdated:N0} updated, {tally.AccountsUnchanged:N0} "
                + "unchanged");
        var sent = webhooks ? "stored, webhooks queued" : "stored, no webhooks queued (--webhooks queues them)";
        if (tally.Crossings > 0) output.WriteLine($"  crossings {tally.Crossings:N0} {sent}");
        if (tally.Unused > 0) output.WriteLine($"  unused    {tally.Unused:N0} rows met no condition of the mapping");
        if (tally.Parked > 0)
            output.WriteLine($"  parked    {tally.Parked:N0} events could not be processed; GET /v1/ingestion/parked lists them");
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
        {
            output.WriteLine(
                $"  {tally.TooOld:N0} events are older than the retention of {retention.TotalDays:N0} days, or in the future. For older "
                    + "ones give import and serve a longer --Retention:Events, in days.");
        }
    }
}
