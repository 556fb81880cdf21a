using System.ComponentModel.DataAnnotations;
using System.Reflection;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Secrets;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Deploy;

/// <summary>A setting with a slip in its name would be ignored in silence, and found in production.</summary>
[TestFixtureSource(typeof(DeployFiles), nameof(DeployFiles.Processes))]
internal sealed class DeploySettingsTests(DeployedProcess process)
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder()
        .AddInMemoryCollection(process.Environment.Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":"), (string?)pair.Value)))
        .Build();

    [Test]
    public void The_service_knows_every_setting()
    {
        var sections = Sections();
        var unknown = _configuration.GetChildren().Select(child => child.Key).Where(key => key != Roles.Key && !sections.ContainsKey(key));
        Assert.That(unknown, Is.Empty);
        foreach (var (name, type) in sections)
            Assert.That(() => Bound(name, type), Throws.Nothing, name);
    }

    [Test]
    public void The_values_are_such_as_the_service_takes()
    {
        Assert.That(() => Roles.Parse(_configuration[Roles.Key]), Throws.Nothing);
        Assert.That(() => Options<RetentionOptions>(RetentionOptions.Section).EventsSpan, Throws.Nothing);
        Assert.That(Uri.IsWellFormedUriString(Options<MessagingOptions>(MessagingOptions.Section).RabbitMq.Uri, UriKind.Absolute));
    }

    [Test]
    public void It_works_on_SQL_Server_and_RabbitMQ_over_an_encrypted_connection_with_a_given_key()
    {
        var storage = Options<StorageOptions>(StorageOptions.Section);
        var connection = new SqlConnectionStringBuilder(storage.ConnectionString);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(storage.Provider, Is.EqualTo(StorageProvider.SqlServer));
            Assert.That(connection.Encrypt, Is.EqualTo(SqlConnectionEncryptOption.Mandatory));
            Assert.That(connection.UserID, Is.Not.EqualTo("sa").And.Not.Empty, "the service works under a login of its own");
            Assert.That(Options<MessagingOptions>(MessagingOptions.Section).Transport, Is.EqualTo(MessagingTransport.RabbitMq));
            Assert.That(Options<SecretOptions>(SecretOptions.Section).EncryptionKey, Is.Not.Null.And.Not.Empty, "required with SQL Server");
        }
    }

    /// <summary>Every options class by the section it binds.</summary>
    private static Dictionary<string, Type> Sections() => new[] { typeof(ServiceHost).Assembly, typeof(Roles).Assembly }
        .SelectMany(assembly => assembly.GetTypes())
        .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)))
        .Where(found => found.Section is { IsLiteral: true })
        .ToDictionary(found => (string)found.Section!.GetRawConstantValue()!, found => found.Type);

    private object Bound(string section, Type type)
    {
        var options = Activator.CreateInstance(type)!;
        _configuration.GetSection(section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }

    private T Options<T>(string section) => (T)Bound(section, typeof(T));
}
