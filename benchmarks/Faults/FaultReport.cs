using System.Globalization;

namespace HealthApi.Benchmarks.Faults;

/// <summary>Prints the ledger, one line for each row.</summary>
internal static class FaultReport
{
    private const string Head =
        "row     fault                                        acknowledged  applied once  missing  twice balance   p99 ack ms   drain s  "
            + "figures";

    public static void WriteHead(TextWriter output) => output.WriteLine(Head);

    public static void Write(FaultRow row, FaultResult result, TextWriter output)
    {
        var name = $"{row.Id,-8}{row.Fault,-45}";
        output.WriteLine(result.NotRun is { } why ? $"{name}not run: {why}" : name + Figures(result) + Verdict(result));
    }

    private static string Figures(FaultResult result) =>
        $"{Number(result.Acknowledged),12}{Number(result.AppliedOnce),14}{result.Missing,9}{result.Twice,7}{result.Balance,8}{Number(result.P99),13}{Number(result.DrainSeconds),10}  {result.Extra}";

    private static string Verdict(FaultResult result) => result.Failed ? $"  FAILED {string.Join("; ", result.Broken)}" : "";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double? value) => value is { } number ? number.ToString("N1", CultureInfo.InvariantCulture) : "–";
}
