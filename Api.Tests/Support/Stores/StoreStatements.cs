using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>Runs single SQL statements directly on the store, without the service.</summary>
internal static class StoreStatements
{
    /// <summary>Runs a statement in a transaction of its own; returns the number of changed rows.</summary>
    public static Task<int> ExecuteAsync(this IDatabase database, string sql, object? parameters = null) =>
        database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, parameters, transaction), CancellationToken.None);

    /// <summary>Reads the single value of a query.</summary>
    public static Task<T?> ScalarAsync<T>(this IDatabase database, string sql, object? parameters = null) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<T>(sql, parameters), CancellationToken.None);
}
