using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>A damaged page of the database file is treated as an outage: events wait until it is repaired, and none is parked.</summary>
internal sealed class MalformedStoreTests
{
    [Test]
    public async Task Events_wait_in_their_lanes_and_the_process_is_not_ready_until_the_file_is_repaired()
    {
        using var folder = new TempFolder();
        await using (var service = await TestService.StartAsync(folder: folder))
        {
            await PostAsync(service, "before");
            await service.SettledAsync();
        }

        var page = await DamageAsync(folder.File("health.db"));
        await using (var service = await TestService.StartAsync(folder: folder))
        {
            await PostAsync(service, "meanwhile");
            await Eventually.GetAsync(
                () => StatusAsync(service), status => status == HttpStatusCode.ServiceUnavailable, "the process is not ready");
            var stats = await service.GetAsync("/v1/ingestion/stats");
            Assert.That((stats.GetProperty("parked").GetInt64(), stats.GetProperty("pending").GetInt64()), Is.EqualTo((0, 1)));
        }

        page.Restore();
        await using (var service = await TestService.StartAsync(folder: folder))
        {
            await service.SettledAsync();
            var stats = await service.GetAsync("/v1/ingestion/stats");
            Assert.That((stats.GetProperty("processed").GetInt64(), stats.GetProperty("parked").GetInt64()), Is.EqualTo((2, 0)));
            Assert.That(await StatusAsync(service), Is.EqualTo(HttpStatusCode.OK));
        }
    }

    private static Task<JsonElement> PostAsync(TestService service, string id) =>
        service.PostAsync("/v1/events", new { id, type = "usage.login", accountId = "acme", data = new { userId = "u" } });

    private static async Task<HttpStatusCode> StatusAsync(TestService service)
    {
        using var response = await service.Client.GetAsync("/health/ready");
        return response.StatusCode;
    }

    /// <summary>Overwrites the root page of the table <c>events</c>.</summary>
    private static async Task<DamagedPage> DamageAsync(string path)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await command.ExecuteScalarAsync();
        command.CommandText = "SELECT rootpage FROM sqlite_schema WHERE name = 'events'";
        var root = (long)(await command.ExecuteScalarAsync())!;
        command.CommandText = "PRAGMA page_size";
        var size = (long)(await command.ExecuteScalarAsync())!;
        await connection.CloseAsync();
        return DamagedPage.Make(path, (root - 1) * size);
    }

    private sealed record DamagedPage(string Path, long Offset, byte[] Before)
    {
        private const int Bytes = 256;

        public static DamagedPage Make(string path, long offset)
        {
            using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
            var before = new byte[Bytes];
            file.Position = offset;
            file.ReadExactly(before);
            file.Position = offset;
            file.Write(Enumerable.Repeat((byte)0xEE, Bytes).ToArray());
            return new DamagedPage(path, offset, before);
        }

        public void Restore()
        {
            using var file = File.Open(Path, FileMode.Open, FileAccess.ReadWrite);
            file.Position = Offset;
            file.Write(Before);
        }
    }
}
