using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>
/// Signing secrets are imported, shown once, rotated with an overlap, and sealed with a key that can be replaced. Signatures are verified
/// with a third-party library.
/// </summary>
internal sealed class SecretTests
{
    private const string Imported = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly string First = Key(1), Second = Key(2);

    [Test]
    public async Task A_third_party_library_verifies_signatures_for_every_size_of_secret([Values(24, 32, 64)] int bytes)
    {
        var secret = "whsec_" + Convert.ToBase64String([.. Enumerable.Range(0, bytes).Select(number => (byte)(number * 7))]);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await TestService.StartAsync();
        var id = await SubscribeAsync(service, receiver, secret);
        await service.PostAsync($"/v1/webhooks/{id}/ping");

        var received = (await receiver.WaitForAsync(1))[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(StockVerifier.Verifies(secret, received), Is.True);
            Assert.That(StockVerifier.Verifies(Imported, received), Is.False, "the verification fails with another secret");
        }
    }

    [Test]
    public async Task After_a_rotation_both_secrets_sign_for_a_day_and_then_only_the_new_one()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await TestService.StartAsync(clock: clock);
        var id = await SubscribeAsync(service, receiver, Imported);
        var rotated = await service.PostAsync($"/v1/webhooks/{id}/rotate-secret");
        var next = rotated.GetProperty("secret").GetString()!;
        await service.QueueAsync("crs_1");

        var both = (await receiver.WaitForAsync(1))[0];
        clock.MoveTo(rotated.GetProperty("previousExpiresAt").GetDateTimeOffset());
        await service.QueueAsync("crs_2");
        var one = (await receiver.WaitForAsync(2))[1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(StockVerifier.Verifies(Imported, both), Is.True);
            Assert.That(StockVerifier.Verifies(next, both), Is.True);
            Assert.That(one.IsSignedBy(next, clock.GetUtcNow()), Is.True);
            Assert.That(one.IsSignedBy(Imported, clock.GetUtcNow()), Is.False, "the old secret does not sign after a day");
        }
    }

    [Test]
    public async Task An_encryption_key_can_be_replaced_without_losing_secrets()
    {
        using var folder = new TempFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using (var service = await StartAsync(folder, $"Webhooks:EncryptionKey={First}"))
            await SubscribeAsync(service, receiver, Imported);

        string resealed;
        await using (
            var service =
            await StartAsync(folder, $"Webhooks:EncryptionKey={Second}", $"Webhooks:PreviousEncryptionKeys={Key(9)}, {First}"))
        {
            await DeliveredAsync(service, receiver, 1);
            resealed = await Eventually.GetAsync(
                () => SealedAsync(service), text => text.StartsWith(Prefix(Second), StringComparison.Ordinal),
                    "the secret is sealed with the new key");
        }

        await using (var service = await StartAsync(folder, $"Webhooks:EncryptionKey={Second}"))
        {
            await DeliveredAsync(service, receiver, 2);
            Assert.That(await SealedAsync(service), Is.EqualTo(resealed),
                "a secret that is sealed with the current key is not sealed again");
        }
    }

    [Test]
    public async Task A_configured_key_replaces_the_generated_one()
    {
        using var folder = new TempFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using (var service = await StartAsync(folder)) await SubscribeAsync(service, receiver, Imported);

        await using var next = await StartAsync(folder, $"Webhooks:EncryptionKey={First}");
        await DeliveredAsync(next, receiver, 1);
    }

    [Test]
    public async Task Without_the_key_deliveries_wait_until_it_is_configured_again()
    {
        using var folder = new TempFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using (var service = await StartAsync(folder, $"Webhooks:EncryptionKey={First}"))
            await SubscribeAsync(service, receiver, Imported);
        await using (var service = await StartAsync(folder, $"Webhooks:EncryptionKey={Second}")) await service.QueueAsync("crs_waiting");

        await using var right = await StartAsync(folder, $"Webhooks:EncryptionKey={First}");
        Assert.That((await receiver.WaitForAsync(1))[0].MessageId, Is.EqualTo(WebhookScenario.IdOf("crs_waiting")));
    }

    [TestCase("Webhooks:EncryptionKey=short")]
    [TestCase("Webhooks:PreviousEncryptionKeys=short")]
    public void An_invalid_key_prevents_the_start(string setting) =>
        Assert.That(() => TestService.StartAsync([setting]), Throws.TypeOf<SettingException>());

    [Test]
    public async Task A_secret_is_shown_once_and_is_never_stored_or_logged_in_plain_text()
    {
        var log = new CollectedLog();
        using var folder = new TempFolder();
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Status(500));
        await using (
            var service = await TestService.StartAsync(
                [.. ((string[])["Default", "Microsoft", "System", "Polly"]).Select(category => $"Logging:LogLevel:{category}=Trace")],
                folder: folder, adjust: log.Attach))
        {
            var id = await SubscribeAsync(service, receiver, Imported);
            var rotated = (await service.PostAsync($"/v1/webhooks/{id}/rotate-secret")).GetProperty("secret").GetString()!;
            await service.PostAsync($"/v1/webhooks/{id}/ping");
            await receiver.WaitForAsync(1);
            var shown = await service.GetAsync($"/v1/webhooks/{id}") + (await service.GetAsync("/v1/webhooks")).ToString()
                + await service.GetAsync($"/v1/webhooks/{id}/deliveries");
            foreach (var secret in (string[])[Imported, rotated])
                Assert.That(shown + await SealedAsync(service) + log.Text, Does.Not.Contain(secret["whsec_".Length..]));
        }

        Assert.That(log.Text, Does.Contain("/ping"), "the log was captured");
        var files = Directory.GetFiles(folder.Path);
        Assert.That(files.Select(Path.GetFileName), Does.Contain("health.db"));
        foreach (var file in files)
        {
            Assert.That(
                System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), Does.Not.Contain(Imported["whsec_".Length..]),
                file);
        }
    }

    private static string Key(byte value) => Convert.ToBase64String([.. Enumerable.Repeat(value, 32)]);

    private static string Prefix(string key) =>
        $"v1.{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Convert.FromBase64String(key)).AsSpan(0, 4))}.";

    private static Task<TestService> StartAsync(TempFolder folder, params string[] settings) =>
        TestService.StartAsync(settings, folder: folder);

    private static async Task<string> SubscribeAsync(TestService service, WebhookReceiver receiver, string secret)
    {
        var created =
            await service.PostAsync("/v1/webhooks", new { url = receiver.Url, eventTypes = new[] { "health.threshold_crossed" }, secret });
        Assert.That(created.GetProperty("secret").GetString(), Is.EqualTo(secret));
        return created.GetProperty("id").GetString()!;
    }

    private static async Task DeliveredAsync(TestService service, WebhookReceiver receiver, int count)
    {
        await service.QueueAsync($"crs_{count}");
        var received = await receiver.WaitForAsync(count);
        Assert.That(StockVerifier.Verifies(Imported, received[count - 1]), Is.True);
    }

    private static Task<string> SealedAsync(TestService service) => service.Database.ReadAsync(
        connection => connection.QuerySingleAsync<string>("SELECT secrets FROM webhook_subscriptions"), CancellationToken.None);

    /// <summary>Collects everything that is logged as text.</summary>
    private sealed class CollectedLog : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public string Text => string.Join('\n', _lines);

        public void Attach(WebApplicationBuilder builder) =>
            builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
