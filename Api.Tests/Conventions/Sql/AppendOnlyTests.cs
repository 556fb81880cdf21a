using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>
/// Only the audit trail writes audit entries. It changes or deletes them only for the erasure of accounts and for the retention.
/// </summary>
internal sealed partial class AppendOnlyTests
{
    [Test]
    public void Only_the_audit_trail_writes_audit_entries()
    {
        var writers = Directory.EnumerateFiles(SourceTree.Root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("Api.Tests", StringComparison.Ordinal) && Write().IsMatch(File.ReadAllText(file)))
                .Select(Path.GetFileName);
        Assert.That(writers, Is.EqualTo((string[])["AuditTrail.cs"]));
    }

    [GeneratedRegex(@"(INSERT\s+INTO|UPDATE|DELETE(\s+FROM)?)\s+audit_entries", RegexOptions.IgnoreCase)]
    private static partial Regex Write();
}
