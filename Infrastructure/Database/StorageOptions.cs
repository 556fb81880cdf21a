using System.ComponentModel.DataAnnotations;

namespace HealthApi.Infrastructure.Database;

/// <summary>Which database keeps the state. Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary><c>Sqlite</c> (the embedded default) or <c>SqlServer</c> (2019 and later, and Azure SQL).</summary>
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    [Required]
    public string ConnectionString { get; set; } = "Data Source=data/health.db";
}

public enum StorageProvider { Sqlite, SqlServer }
