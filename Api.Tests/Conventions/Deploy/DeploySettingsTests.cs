using HealthApi.Api.Tests.Support.Data;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Settings;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Deploy;

/// <summary>
/// Every setting in the deployment files is known and valid. Otherwise a misspelled name would be noticed only in production.
/// </summary>
[TestFixtureSource(typeof(DeployFiles), nameof(DeployFiles.Processes))]
internal sealed class DeploySettingsTests(DeployedProcess process)
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder()
        .AddInMemoryCollection(process.Environment.Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":"), (string?)pair.Value)))
        .Build();

    [Test]
    public void The_service_knows_every_section()
    {
        var sections = SettingSections.All.Select(section => section.Name).Append(Roles.Key);
        Assert.That(_configuration.GetChildren().Select(child => child.Key), Is.SubsetOf(sections));
    }

    [Test]
    public async Task The_service_accepts_every_setting_and_its_value()
    {
        await using var service =
            ServiceHost.Build([.. process.Environment.Select(pair => $"--{pair.Key.Replace("__", ":")}={pair.Value}")]);
        Assert.That(service.Services, Is.Not.Null, "a setting that is wrong or unknown would have thrown");
    }

    [Test]
    public void The_process_uses_SQL_Server_over_an_encrypted_connection_RabbitMQ_and_a_given_key()
    {
        var storage = Options<StorageOptions>(StorageOptions.Section);
        var connection = new SqlConnectionStringBuilder(storage.ConnectionString);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(storage.Provider, Is.EqualTo(StorageProvider.SqlServer));
            Assert.That(connection.Encrypt, Is.EqualTo(SqlConnectionEncryptOption.Mandatory));
            Assert.That(connection.UserID, Is.Not.EqualTo("sa").And.Not.Empty, "the service has a login of its own");
            Assert.That(Options<MessagingOptions>(MessagingOptions.Section).Transport, Is.EqualTo(MessagingTransport.RabbitMq));
            Assert.That(Options<SecretOptions>(SecretOptions.Section).EncryptionKey, Is.Not.Null.And.Not.Empty, "required with SQL Server");
        }
    }

    private T Options<T>(string section)
        where T : class, new() => new SettingReader(_configuration).Read<T>(section);
}
