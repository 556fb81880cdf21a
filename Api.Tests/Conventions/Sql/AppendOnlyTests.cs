using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>
/// Nothing but the audit trail writes audit entries; what it changes or deletes is for the erasure of accounts and the retention.
/// </summary>
internal sealed partial class AppendOnlyTests
{
    [Test]
    public void Audit_entries_are_written_in_one_place()
    {
        var writers = Directory.EnumerateFiles(SourceTree.Root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("Api.Tests", StringComparison.Ordinal) && Write().IsMatch(File.ReadAllText(file)))
                .Select(Path.GetFileName);
        Assert.That(writers, Is.EqualTo((string[])["AuditTrail.cs"]));
    }

    [GeneratedRegex(@"(INSERT\s+INTO|UPDATE|DELETE(\s+FROM)?)\s+audit_entries", RegexOptions.IgnoreCase)]
    private static partial Regex Write();
}
