using System.Data.Common;
using HealthApi.Benchmarks.Faults.Rows;

namespace HealthApi.Benchmarks.Faults;

/// <summary>Runs the rows of the fault matrix one after the other.</summary>
internal static class FaultSuite
{
    private static readonly FaultRow[] All =
    [
        .. KillRows.All, .. BrokerRows.All, .. LinkRows.All, .. MessageRows.All, .. StoreRows.All, .. ProcessRows.All, .. FloodRows.All,
        .. HostileRows.All, .. ErasureRows.All, .. WorkerRows.All, .. OperatorRows.All, .. LogRows.All, .. SafetyRows.All,
        .. SqlServerRows.All,
    ];

    /// <returns>1 where a row failed, otherwise 0.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> only, bool quick, TextWriter output, CancellationToken cancellation)
    {
        await using var bed = new FaultBed(quick, output);
        var rows = All.Where(row => only.Count == 0 || only.Contains(row.Id, StringComparer.OrdinalIgnoreCase)).OrderBy(Order).ToList();
        var failed = 0;
        FaultReport.WriteHead(output);
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            var result = await RunAsync(row, bed);
            FaultReport.Write(row, result, output);
            if (result.Failed) failed++;
        }

        await output.WriteLineAsync(failed == 0 ? "All rows that ran passed." : $"{failed} rows FAILED.");
        return failed == 0 ? 0 : 1;
    }

    private static int Order(FaultRow row) => int.TryParse(row.Id.TrimEnd('b', 'c'), out var number) ? number : int.MaxValue;

    private static async Task<FaultResult> RunAsync(FaultRow row, FaultBed bed)
    {
        try
        {
            return await row.RunAsync(bed);
        }
        catch (ToolMissingException missing)
        {
            return FaultResult.Skipped(missing.Message);
        }
        catch (Exception failure) when (failure is InvalidOperationException or OperationCanceledException or HttpRequestException
            or TimeoutException or IOException or DbException)
        {
            return new FaultResult { Broken = [failure.Message.ReplaceLineEndings(" ")] };
        }
        finally
        {
            bed.Restore();
        }
    }
}
