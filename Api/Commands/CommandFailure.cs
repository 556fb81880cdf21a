using System.Net.Sockets;
using HealthApi.Infrastructure.Backups;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Api.Commands;

/// <summary>A command cannot continue, for a reason that its user can act on.</summary>
internal sealed class CommandFailure(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The line to print for the user; null if the failure is a defect, so that its stack trace is printed.</summary>
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
