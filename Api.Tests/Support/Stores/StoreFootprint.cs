using Dapper;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>
/// The row count of each table of a service's store, and the number of waiting events, as a text. It is equal before and after a request
/// that must change nothing. Tables that background loops write at any time are left out.
/// </summary>
internal static class StoreFootprint
{
    private static readonly SqlText Tables = new(
        "SELECT name FROM sqlite_master WHERE type = 'table'",
            "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE = 'BASE TABLE'");

    private static readonly string[] OfProcesses = ["clock_mark", "lane_processes", "lane_progress", "store_probe"];

    public static async Task<string> FootprintAsync(this TestService service)
    {
        var waiting = await service.Services.GetRequiredService<ILaneTable>().BacklogAsync(CancellationToken.None);
        return await service.Database.ReadAsync(
            async connection =>
            {
                var tables = (await connection.QueryAsync<string>(Tables.For(connection))).Except(OfProcesses)
                    .Order(StringComparer.Ordinal);
                var counts = string.Join(" UNION ALL ", tables.Select(table => $"SELECT CONCAT('{table}', ' ', COUNT(*)) FROM {table}"));
                return $"waiting {waiting.Events}, {string.Join(", ", await connection.QueryAsync<string>(counts))}";
            },
            CancellationToken.None);
    }
}
