using System.Diagnostics;
using System.Security.Cryptography;
using HealthApi.Benchmarks.Hosts;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>Operations while callers keep sending: the encryption key is replaced, a backup is made and restored.</summary>
internal static class OperatorRows
{
    private const string Old = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", New = "HxAREhMUFRYXGBkaGxwdHgABAgMEBQYHCAkKCwwNDg8=";

    public static IEnumerable<FaultRow> All { get; } =
    [
        new("10.6", "encryption key replaced under load", RotatedAsync),
        new("10.14", "backup under load, killed, restored", RestoredAsync),
    ];

    private static async Task<FaultResult> RotatedAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, Keys(Old, New));
        await using var callers = await IntegrationCallers.StartAsync(scene, integrations: bed.Times(200, 60));
        scene.Ledger.FaultBegins();
        await scene.StartOtherAsync(Keys(New, Old));
        var resealed = await Settlement.UntilAsync(() => Task.FromResult(scene.Applied.SecretsUnlike(PrefixOf(New)) == 0));
        var last = await scene.StartOtherAsync(Keys(New, ""));
        scene.Ledger.FaultEnds();
        await callers.StopAsync();
        var opened = await callers.CountAcceptedAsync(last);
        var result =
            await Settlement.OfAsync(
                scene, $"{callers.Count} integrations, all sealed again after {resealed:N1} s, {callers.Failed} × 5xx");
        return result
            .Expect(callers.Failed == 0, "an answer was 5xx while the key was replaced")
            .Expect(opened == callers.Count, $"{callers.Count - opened} integrations cannot be opened without the old key");
    }

    /// <summary>
    /// The ledger holds the events acknowledged before the backup began; later ones are gone with the killed service, as expected.
    /// </summary>
    private static async Task<FaultResult> RestoredAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, []);
        var (all, archive) = (new Ledger(), Path.Combine(bed.NewFolder(), "backup.zip"));
        using var senders = new Senders(scene.Service.Address, Scene.Key, all, new SenderOptions { Count = 16, Pause = TimeSpan.Zero });
        await Settlement.UntilAsync(() => Task.FromResult(all.Count > bed.Times(200_000, 20_000)));
        scene.Ledger.Acknowledge(all.Acknowledged);
        all.FaultBegins();
        var seconds = await CommandAsync(scene, "backup", archive);
        all.FaultEnds();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await scene.Service.KillAsync();
        await senders.StopAsync();
        var restored = await CommandAsync(scene, "restore", archive, "--force");
        await scene.StartAsync();
        scene.Ledger.FaultEnds();
        var size = new FileInfo(archive).Length / 1e6;
        var lost = all.Count - scene.Ledger.Count;
        var extra = $"{size:N1} MB in {seconds:N1} s, restored in {restored:N1} s, {lost:N0} events came after it began";
        return await Settlement.OfAsync(scene, extra) with { P99 = all.P99() };
    }

    private static string[] Keys(string key, string previous) =>
        ["--Webhooks:EncryptionKey", key, "--Webhooks:PreviousEncryptionKeys=" + previous];

    private static string PrefixOf(string key) =>
        $"v1.{Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(key)).AsSpan(0, 4))}.";

    /// <summary>Runs a command on the scene's store; returns the seconds that it took.</summary>
    private static async Task<double> CommandAsync(Scene scene, params string[] words)
    {
        var began = Stopwatch.GetTimestamp();
        await Tool.RunAsync("dotnet", [Product.Executable, .. words, "--Storage:ConnectionString", $"Data Source={scene.Database}"]);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
