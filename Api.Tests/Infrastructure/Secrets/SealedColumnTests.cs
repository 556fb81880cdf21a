using System.Reflection;
using System.Text;
using Dapper;
using HealthApi.Api.Tests.EndToEnd.Secrets;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Secrets;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Secrets;

/// <summary>
/// Every column that holds sealed values is in <see cref="SealedColumns.All"/>. Otherwise its values could not be opened after a change of
/// the key.
/// </summary>
internal sealed class SealedColumnTests(StoreKind kind) : StoreFixture(kind)
{
    private const string TextColumns = """
        SELECT TABLE_NAME AS Name, COLUMN_NAME AS Text FROM INFORMATION_SCHEMA.COLUMNS WHERE DATA_TYPE IN ('nvarchar', 'varchar',
            'varbinary')
        """;

    private const string SqliteColumns = """
        SELECT t.name AS Name, c.name AS Text FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'
            AND c.type IN ('TEXT', 'BLOB')
        """;

    [Test]
    public void Every_column_that_can_be_sealed_is_on_the_list()
    {
        var declared = typeof(SealedColumns).GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => field.GetValue(null)).OfType<SealedColumn>();
        Assert.That(SealedColumns.All, Is.EquivalentTo(declared));
    }

    [Test]
    public async Task No_other_column_of_the_store_holds_sealed_text()
    {
        await using var service = await TestService.StartAsync(Kind, [.. KeySettings.Of(1), "Roles=api"]);
        await service.SubscribeAsync(new Uri("http://127.0.0.1:9999/"));
        await service.CreateIntegrationAsync("stripe");
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "/v1/integrations") { Content = TestRequests.Text("""{"vendor":"segment"}""") };
        request.Headers.Add("Idempotency-Key", "\"once\"");
        using var answered = await service.Client.SendAsync(request);

        var found = await service.Database.ReadAsync(
            async connection =>
            {
                var holding = new SortedSet<string>(StringComparer.Ordinal);
                foreach (
                    var (table, column) in await connection.QueryAsync<(string, string)>(
                        Kind == StoreKind.Sqlite ? SqliteColumns : TextColumns))
                {
                    var rows = await connection.QueryAsync($"SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
                    if (rows.Cast<IDictionary<string, object>>().Any(row => row.Values.Any(IsSealed)))
                        holding.Add($"{table}.{column}");
                }

                return holding;
            },
            CancellationToken.None);
        Assert.That(found, Is.EquivalentTo(SealedColumns.All.Select(column => column.Name)));
    }

    /// <summary>Checked here and not in SQL: not every server can cast bytes that are no text, such as compressed payloads.</summary>
    private static bool IsSealed(object value) => value switch
    {
        string text => text.StartsWith(KeySettings.Prefix(1), StringComparison.Ordinal),
        byte[] bytes => bytes.AsSpan().StartsWith(Encoding.UTF8.GetBytes(KeySettings.Prefix(1))),
        _ => false,
    };
}
