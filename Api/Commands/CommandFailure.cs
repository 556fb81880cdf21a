using System.Net.Sockets;
using HealthApi.Infrastructure.Backups;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Api.Commands;

/// <summary>A command cannot go on, for a reason its user can do something about.</summary>
internal sealed class CommandFailure(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The one line to tell the user, or null where the failure is a defect and its stack trace is wanted.</summary>
    public static string? Describe(Exception failure) => failure switch
    {
        CommandFailure or BackupException or FormatException or UnauthorizedAccessException => failure.Message,
        StoreUnavailableException => failure.InnerException is { } cause ? $"{failure.Message} {cause.Message}" : failure.Message,
        SqliteException => $"The store cannot be used. {failure.Message}",
        HttpRequestException or SocketException or IOException => failure.Message,
        OperationCanceledException => "Interrupted.",
        _ => null,
    };
}
