using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using HealthApi.Benchmarks.Faults.Hostile;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>
/// Many callers send bodies of the maximal size and larger at once: memory stays within the budget for bodies plus the need of one batch.
/// </summary>
internal static class FloodRows
{
    private const int Callers = 64, MaxBytes = 8 * 1024 * 1024, EventBytes = 30_000;

    private static readonly string Note = new('x', EventBytes);

    public static IEnumerable<FaultRow> All { get; } = [new("flood", "64 callers with maximal bodies and bombs", FloodedAsync)];

    private static async Task<FaultResult> FloodedAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, []);
        using (var senders = scene.Send())
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            await senders.StopAsync();
        }

        var before = Memory.Peak(scene.Service.Id);
        scene.Ledger.FaultBegins();
        using var over = new CancellationTokenSource(bed.Seconds(30, 8));
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => FloodAsync(scene, caller, over.Token))));
        scene.Ledger.FaultEnds();
        var peak = Memory.Peak(scene.Service.Id);
        var ledger = scene.Ledger;
        return (
            await Settlement.OfAsync(
                scene,
                $"peak {peak} MB resident (before {before} MB), {ledger.Answered(202):N0} × 202, {ledger.Answered(413):N0} × 413, "
                    + $"{ledger.Answered(503):N0} × 503"))
            .Expect(peak < Memory.Container, $"more than {Memory.Container} MB").Expect(ledger.Answered(500) == 0, "an answer was 500");
    }

    private static async Task FloodAsync(Scene scene, int caller, CancellationToken over)
    {
        using var client = new HttpClient { BaseAddress = scene.Service.Address, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Scene.Key);
        for (var turn = 0; !over.IsCancellationRequested; turn++)
        {
            var (body, ids) = Body(caller, turn);
            try
            {
                using var response = await client.PostAsync("/v1/events", body, CancellationToken.None);
                scene.Ledger.Answer(
                    new Answered(
                        System.Diagnostics.Stopwatch.GetTimestamp(), 0, (int)response.StatusCode, response.Headers.RetryAfter is not null));
                if (response.IsSuccessStatusCode) scene.Ledger.Acknowledge(ids);
            }
            catch (HttpRequestException)
            {
                // The service refused the request and closed the connection before the whole body was sent.
            }
        }
    }

    private static (HttpContent Body, string[] Ids) Body(int caller, int turn)
    {
        string[] ids = [.. Enumerable.Range(0, MaxBytes / (EventBytes + 200)).Select(number => $"flood-{caller}-{turn}-{number}")];
        var events = ids.Select(
            id => $$$"""{"id":"{{{id}}}","type":"usage.login","accountId":"{{{Senders.Account(caller)}}}","data":{"note":"{{{Note}}}"}}""");
        return (caller % 4) switch
        {
            0 => (Content($"[{string.Join(',', events)}]", "application/json"), ids),
            1 => (Content(string.Join('\n', events), "application/x-ndjson"), ids),
            2 => (Packed(Encoding.UTF8.GetBytes($"[{string.Join(',', events)}]")), ids),
            _ => (Packed(new byte[60 * 1024 * 1024]), []),
        };
    }

    private static StringContent Content(string text, string mediaType) => new(text, Encoding.UTF8, mediaType);

    private static ByteArrayContent Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body);
        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    /// <summary>The highest resident memory of the process, in MB.</summary>
    internal static long Peak(int process) => Memory.Peak(process);
}
