using HealthApi.Infrastructure.Backups;

namespace HealthApi.Api.Commands;

/// <summary>Texts that <c>backup</c> and <c>restore</c> share.</summary>
internal static class BackupText
{
    private const double Mebibyte = 1 << 20;

    public static string Size(BackupManifest manifest) => $"{manifest.Bytes / Mebibyte:N1} MiB";
}
