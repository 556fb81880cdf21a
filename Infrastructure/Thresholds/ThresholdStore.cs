using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Thresholds;

/// <summary>A configured threshold and its version (the ETag).</summary>
public sealed record StoredThreshold(Threshold Threshold, long Version);

/// <summary>The thresholds that were configured through the API.</summary>
public sealed class ThresholdStore(IDatabase database, TimeProvider time)
{
    private const string SelectAll = "SELECT document AS Document, version AS Version FROM thresholds ORDER BY id";

    private const string Update = "UPDATE thresholds SET document = @Document, version = version + 1, updated_at = @At WHERE id = @Id";

    private const string Insert = "INSERT INTO thresholds (id, document, version, updated_at) VALUES (@Id, @Document, 1, @At)";

    private const string Remove = "DELETE FROM thresholds WHERE id = @Id";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public async Task<IReadOnlyList<StoredThreshold>> ListAsync(CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(connection => connection.QueryAsync<ThresholdRow>(SelectAll), cancellation);
        return [.. rows.Select(row => new StoredThreshold(JsonSerializer.Deserialize<Threshold>(row.Document, Options)!, row.Version))];
    }

    /// <summary>Creates or replaces; true where it is new.</summary>
    public Task<bool> PutAsync(Threshold threshold, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            var row = new { threshold.Id, Document = JsonSerializer.Serialize(threshold, Options), At = time.GetUtcNow() };
            if (await transaction.Connection!.ExecuteAsync(Update, row, transaction) == 1) return false;
            await transaction.Connection!.ExecuteAsync(Insert, row, transaction);
            return true;
        },
        cancellation);

    /// <summary>False where there was none.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellation) =>
        await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Remove, new { Id = id }, transaction), cancellation) == 1;

    private sealed record ThresholdRow
    {
        public string Document { get; init; } = "";

        public long Version { get; init; }
    }
}
