using System.ComponentModel.DataAnnotations;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>How events travel from the API to the workers. Section <c>Messaging</c>.</summary>
public sealed class MessagingOptions
{
    public const string Section = "Messaging";

    internal const int MaxPartitions = 256;

    /// <summary><c>InProcess</c> (the store's lane table, the default) or <c>RabbitMq</c>.</summary>
    public MessagingTransport Transport { get; set; } = MessagingTransport.InProcess;

    public RabbitMqOptions RabbitMq { get; set; } = new();

    /// <summary>The number of lanes, 1–256. All events of an account go to the same lane.</summary>
    [Range(1, MaxPartitions)]
    public int Partitions { get; set; } = 8;
}

public enum MessagingTransport { InProcess, RabbitMq }

/// <summary>The broker of the transport <c>RabbitMq</c>. Section <c>Messaging:RabbitMq</c>.</summary>
public sealed class RabbitMqOptions : IValidatableObject
{
    private static readonly string[] Schemes = ["amqp", "amqps", "rabbitmq", "rabbitmqs"];

    /// <summary>The broker's URI with user and password; the scheme <c>amqps</c> or <c>rabbitmqs</c> uses TLS.</summary>
    public string Uri { get; set; } = "amqp://guest:guest@localhost:5672/";

    internal bool IsTls => System.Uri.TryCreate(Uri, UriKind.Absolute, out var uri) && uri.Scheme is "amqps" or "rabbitmqs";

    /// <summary>A publish that the broker has not confirmed within this time, 100 ms to 1 minute, goes to the store's lane table.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(2);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // The URI may hold a password, so the message does not quote it.
        if (!System.Uri.TryCreate(Uri, UriKind.Absolute, out var uri) || !Schemes.Contains(uri.Scheme) || uri.Host.Length == 0)
        {
            yield return new ValidationResult(
                "Messaging:RabbitMq:Uri is not the URI of a broker, such as amqp://guest:guest@localhost:5672/ or amqps://….");
        }
    }
}
