using System.ComponentModel.DataAnnotations;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Database;

/// <summary>The database to use. Section <c>Storage</c>.</summary>
public sealed class StorageOptions : IValidatableObject
{
    public const string Section = "Storage";

    /// <summary><c>Sqlite</c> (the embedded default) or <c>SqlServer</c> (2019 and later, and Azure SQL).</summary>
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <summary>The connection string of the provider: a SQLite file, or a SQL Server and its database.</summary>
    public string ConnectionString { get; set; } = "Data Source=data/health.db";

    /// <summary>Allows a connection string for SQL Server that switches TLS off (<c>Encrypt=False</c> or <c>Optional</c>).</summary>
    public bool AllowUnencrypted { get; set; }

    /// <summary>Whether the provider is SQL Server and the connection string switches TLS off.</summary>
    public bool IsUnencrypted() =>
        Provider == StorageProvider.SqlServer
            && new SqlConnectionStringBuilder(ConnectionString).Encrypt == SqlConnectionEncryptOption.Optional;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((Provider == StorageProvider.SqlServer ? SqlServerMistake() : SqliteMistake()) is { } mistake)
            yield return new ValidationResult(mistake);
    }

    private string? SqlServerMistake()
    {
        try
        {
            return !IsUnencrypted() || AllowUnencrypted ? null :
                "Storage:ConnectionString switches encryption off. Without TLS anyone on the network path can read accounts and secrets, "
                    + "and on Linux the driver fails on "
                + "long values. Use Encrypt=True (with TrustServerCertificate=True where the certificate cannot be checked), or set "
                    + "Storage:AllowUnencrypted=true.";
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException)
        {
            return $"Storage:ConnectionString is not a connection string of SQL Server: {malformed.Message.ReplaceLineEndings(" ")}";
        }
    }

    private string? SqliteMistake()
    {
        try
        {
            return new SqliteConnectionStringBuilder(ConnectionString).DataSource.Length > 0 ? null
                : "Storage:ConnectionString names no file. Example: Data Source=data/health.db";
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException)
        {
            return "Storage:ConnectionString is not a connection string of SQLite, such as Data Source=data/health.db: "
                + $"{malformed.Message.ReplaceLineEndings(" ")}";
        }
    }
}

public enum StorageProvider { Sqlite, SqlServer }
