using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>A row of <c>integrations</c>.</summary>
internal sealed record IntegrationRow
{
    public const string Columns =
        "i.id AS Id, i.settings AS Settings, i.secrets AS Secrets, i.version AS Version, i.settings_version AS SettingsVersion, "
            + "i.created_at AS CreatedAt";

    private static readonly JsonSerializerOptions Options =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    public string Id { get; init; } = "";

    public string Settings { get; init; } = "";

    public string Secrets { get; init; } = "";

    public long Version { get; init; }

    public long SettingsVersion { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public static string Write(IntegrationSettings settings) => JsonSerializer.Serialize(settings, Options);

    public Integration ToIntegration() =>
        new(Id, Version, JsonSerializer.Deserialize<IntegrationSettings>(Settings, Options)!,
            CreatedAt)
        { SettingsVersion = SettingsVersion };
}
