using HealthApi.Api.Commands;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Settings;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands;

/// <summary>An invalid setting gives exit code 2 and one line on standard error that names the setting. Nothing is changed.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SettingTests
{
    [TestCaseSource(typeof(SettingSections), nameof(SettingSections.Typed))]
    public async Task An_unreadable_value_is_refused_for_every_setting(string key) =>
        Assert.That(await RefusedAsync($"{key}=nonsense"), Does.StartWith($"{key} 'nonsense' is not "));

    [TestCase("Storage:Provider=Paper", "Sqlite or SqlServer")]
    [TestCase("Storage:Provider=1", "Sqlite or SqlServer")]
    [TestCase("Storage:Conection=x", "did you mean 'Storage:ConnectionString'?")]
    [TestCase("Messaging:Partitions=257", "from 1 to 256")]
    [TestCase("Messaging:RabbitMq:Uri=http://localhost/", "amqp://")]
    [TestCase("Messaging:RabbitMq:PublishTimeout=2", "from 00:00:00.1 to 00:01:00")]
    [TestCase("Webhooks:Timeout=15", "from 00:00:01 to 00:01:00")]
    [TestCase("Webhooks:RetrySchedule=soon", "such as 00:00:05,00:05:00,24:00:00")]
    [TestCase("Webhooks:EncryptionKey=short", "base64 of 32 bytes")]
    [TestCase("Webhooks:PreviousEncryptionKeys=short", "base64 of 32 bytes")]
    [TestCase("Webhooks:AllowPrivateNetwork=true", "did you mean 'Webhooks:AllowPrivateNetworks'?")]
    [TestCase("Retention:Events=3000.00:00:00x", "from 390 to 36500")]
    [TestCase("Retention:Events=400.12:00:00", "from 390 to 36500")]
    [TestCase("Retention:Events=389", "from 390 to 36500")]
    [TestCase("Retention:Audit=0", "from 1 to 36500")]
    [TestCase("Retention:Event=3000", "did you mean 'Retention:Events'?")]
    [TestCase("Limits:RequestsPerSecond=-1", "from 0 to 10000000")]
    [TestCase("Limits:RequestsPerSecond=1E-9", "0 or a number from 0.001")]
    [TestCase("Limits:Keys:crm=1E-9", "0 or a number from 0.001")]
    [TestCase("Limits:MaxLag=-00:00:01", "from 00:00:00 to 30.00:00:00")]
    [TestCase("Server:BodyGrace=00:00:01", "from 00:00:01.1 to 01:00:00")]
    [TestCase("Server:MinBodyRate=0", "from 1 to 1000000000")]
    [TestCase("Server:Proxies=10.0.0.0/8,gateway", "an address or a network")]
    [TestCase("Integrations:PublicUrl=health.example.com", "http or https URL")]
    [TestCase("Integrations:TrustedProxies=gateway", "an address or a network")]
    [TestCase("Auth:AdminKey=hk_twenty-three-letters", "at least 24 characters")]
    [TestCase("Roles=cook", "api, worker or api,worker")]
    [TestCase("Roles=", "api, worker or api,worker")]
    [TestCase("Logging:LogLevel:Default=Loud", "Trace or Debug")]
    public async Task An_invalid_setting_is_reported_with_the_allowed_values(string setting, string allowed) =>
        Assert.That((await RefusedAsync(setting)).TrimStart('\''), Does.StartWith(setting.Split('=')[0]).And.Contain(allowed));

    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4317", "http or https URL")]
    [TestCase("OTEL_EXPORTER_OTLP_PROTOCOL=smoke", "grpc or http/protobuf")]
    public void An_invalid_OTEL_variable_is_reported(string variable, string allowed) =>
        Assert.That(
            () => ServiceHost.Build(["--" + variable]),
            Throws.TypeOf<SettingException>().With.Message.StartsWith(variable.Split('=')[0]).And.Message.Contains(allowed));

    [TestCase("Retention:Events=3000.00:00:00")]
    [TestCase("Retention:Events=3000 days")]
    [TestCase("Retention:Events=3000")]
    [TestCase("Webhooks:Timeout=00:00:59.5")]
    [TestCase("Integrations:TrustedProxies=10.0.0.0/8,::1")]
    [TestCase("Limits:Keys:crm=0.01")]
    public async Task A_valid_setting_is_accepted(string setting)
    {
        using var folder = new TempFolder();
        var run = await CommandRun.OfAsync(folder, ["migrate", "--" + setting]);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCode.Done, "")));
    }

    /// <returns>The one line on standard error.</returns>
    private static async Task<string> RefusedAsync(string setting)
    {
        using var folder = new TempFolder();
        var run = await CommandRun.OfAsync(folder, ["migrate", "--" + setting]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
            Assert.That(run.Output, Is.Empty);
            Assert.That(run.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), run.Error);
            Assert.That(File.Exists(folder.File("health.db")), Is.False, "nothing was changed");
        }

        return run.Error;
    }
}
