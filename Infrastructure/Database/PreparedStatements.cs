using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Database;

/// <summary>Prepared commands of a connection, re-used over its life: twice as fast as preparing them for each row.</summary>
internal static class PreparedStatements
{
    private static readonly ConditionalWeakTable<DbConnection, Dictionary<string, SqliteCommand>> ByConnection = [];

    private static readonly ConditionalWeakTable<DbConnection, Dictionary<string, SqliteStatement>> Statements = [];

    /// <summary>The command for this text with its parameters (by name) set to the values, ready to run in the transaction.</summary>
    public static SqliteCommand Prepared(
        this DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var commands = ByConnection.GetOrCreateValue(transaction.Connection!);
        if (!commands.TryGetValue(sql, out var command))
        {
            command = new SqliteCommand(sql, (SqliteConnection)transaction.Connection!);
            foreach (var (name, _) in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
            commands.Add(sql, command);
        }

        command.Transaction = (SqliteTransaction)transaction;
        for (var index = 0; index < parameters.Length; index++) command.Parameters[index].Value = parameters[index].Value ?? DBNull.Value;
        return command;
    }

    /// <summary>The statement for this text, to be bound and run in the connection's transaction.</summary>
    public static SqliteStatement Statement(this DbTransaction transaction, string sql)
    {
        var statements = Statements.GetOrCreateValue(transaction.Connection!);
        if (!statements.TryGetValue(sql, out var statement))
            statements.Add(sql, statement = new SqliteStatement((SqliteConnection)transaction.Connection!, sql));
        return statement;
    }
}
