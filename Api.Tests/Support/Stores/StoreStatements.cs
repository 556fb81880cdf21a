using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>Single statements past the service, each in a transaction or on a connection of its own.</summary>
internal static class StoreStatements
{
    /// <summary>Runs a statement and commits it; returns the rows that it changed.</summary>
    public static Task<int> ExecuteAsync(this IDatabase database, string sql, object? parameters = null) =>
        database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, parameters, transaction), CancellationToken.None);

    /// <summary>The only value of a query.</summary>
    public static Task<T?> ScalarAsync<T>(this IDatabase database, string sql, object? parameters = null) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<T>(sql, parameters), CancellationToken.None);
}
