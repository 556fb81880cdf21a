using HealthApi.Api.Commands;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands;

/// <summary>
/// Checks of SQL Server's connection string. Port 1 refuses connections, so an accepted string ends with a failed connection.
/// </summary>
internal sealed class StorageSettingTests
{
    private const string Server = "Server=127.0.0.1,1;Database=health;User ID=nobody;Password=none;Connect Timeout=1;Connect Retry Count=0";

    [TestCase(Server + ";Encrypt=False")]
    [TestCase(Server + ";Encrypt=Optional")]
    public async Task A_connection_string_without_TLS_is_refused_with_the_settings_that_help(string connection)
    {
        var error = await RefusedAsync(ExitCode.Usage, connection);
        Assert.That(error, Does.Contain("Encrypt=True").And.Contain("Storage:AllowUnencrypted"));
        Assert.That(error, Does.Not.Contain("none"), "the message does not contain the password");
    }

    [TestCase(Server + ";Encrypt=False", "--Storage:AllowUnencrypted=true")]
    [TestCase(Server)]
    [TestCase(Server + ";Encrypt=True;TrustServerCertificate=True")]
    [TestCase(Server + ";Encrypt=Strict")]
    public async Task With_TLS_or_AllowUnencrypted_the_service_connects_to_the_server(string connection, params string[] words) =>
        Assert.That(await RefusedAsync(ExitCode.Failed, connection, words), Does.Contain("store"));

    [TestCase("Data Source=data/health.db;Nonsense=1")]
    [TestCase("Server=x;Encrypt=Perhaps")]
    public async Task An_invalid_connection_string_is_refused(string connection) =>
        Assert.That(
            await RefusedAsync(ExitCode.Usage, connection),
            Does.Contain("Storage:ConnectionString is not a connection string of SQL Server"));

    [Test]
    public async Task On_SQL_Server_the_service_does_not_start_without_an_encryption_key()
    {
        var error = await RefusedAsync(ExitCode.Usage, Server, "serve", "--urls=http://127.0.0.1:0");
        Assert.That(error, Does.StartWith("Webhooks:EncryptionKey must be set"));
    }

    /// <returns>The one line on standard error.</returns>
    private static Task<string> RefusedAsync(int expected, string connection, params string[] words) =>
        RefusedAsync(expected, connection, "migrate", words);

    private static async Task<string> RefusedAsync(int expected, string connection, string command, params string[] words)
    {
        using StringWriter output = new(), error = new();
        string[] line = [command, "--Storage:Provider=SqlServer", $"--Storage:ConnectionString={connection}", .. words];
        var code = await CommandLine.RunAsync(line, new CommandContext(output, error, Interactive: false));
        Assert.That(code, Is.EqualTo(expected), output.ToString());
        Assert.That(error.ToString().TrimEnd().Split('\n'), Has.Length.EqualTo(1), error.ToString());
        return error.ToString();
    }
}
