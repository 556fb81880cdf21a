using System.Text;
using System.Text.Json;
using HealthApi.Api.Tests.Infrastructure.Erasure;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Export;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Accounts;

/// <summary>
/// What can be erased must be exported: every column that can hold data of an account (ErasureColumns) is filled, and what is in it is
/// found in the export of the account.
/// </summary>
internal sealed class ExportCompletenessTests
{
    /// <summary>Columns that are erased and not exported, with the reason.</summary>
    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["idempotency_keys.headers"] = "a sealed answer to a caller, which may show other accounts too; that there is one is exported",
        ["idempotency_keys.body"] = "the same",
    };

    [Test]
    public async Task What_can_be_erased_is_exported()
    {
        using var pipeline = await Pipeline.CreateAsync(new ManualTimeProvider());
        await ErasureColumns.FillAsync(pipeline.Services);
        var lines = new List<JsonElement>();
        await foreach (var page in pipeline.Services.GetRequiredService<AccountExport>().ReadAsync(ErasureColumns.Id, default))
            lines.AddRange(Encoding.UTF8.GetString(page.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonElement.Parse(line)));

        Assert.That(ErasureColumns.OfAccounts.Where(column => !Exempt.ContainsKey(column) && !IsExported(column, lines)), Is.Empty,
            "add the column to ExportSections (and its kind to openapi.yaml), or say here why it is not exported");
        Assert.That(Exempt.Keys, Is.SubsetOf(ErasureColumns.OfAccounts), "exempt columns are there");
        var documented = OpenApiFile.Operations.Single(operation => operation.Id == "getAccountExport")
            .Json.GetProperty("description").GetString()!;
        var kinds = ExportSections.All.Select(section => section.Kind);
        Assert.That(
            kinds.Where(kind => !documented.Contains($"`{kind}`", StringComparison.Ordinal)), Is.Empty, "openapi.yaml explains each");
        Assert.That(lines[^1].GetProperty("lines").GetInt32(), Is.EqualTo(lines.Count - 1));
    }

    /// <summary>An account's id is told once, by the first line.</summary>
    private static bool IsExported(string column, List<JsonElement> lines)
    {
        var (table, name) = (column.Split('.')[0], column.Split('.')[1]);
        if (table == "events")
            return name == "account_id" ? lines.Any(line => Kind(line) == "event")
                : lines.Any(line => Kind(line) == "event" && Holds(line, name));
        foreach (var section in ExportSections.All.Where(section => section.Table == table))
        {
            var own = lines.Where(line => Kind(line) == section.Kind).ToList();
            if (name == "account_id" && own.Count > 0) return true;
            if (section.Members.FirstOrDefault(member => member.Name == name) is { } exported
                && own.Any(line => Holds(line, exported.Member))) return true;
        }

        return false;
    }

    private static bool Holds(JsonElement line, string member) =>
        line.TryGetProperty(member, out var value) && value.GetRawText() is var text
            && (text.Contains(ErasureColumns.Id, StringComparison.Ordinal)
            || text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(ErasureColumns.Id)), StringComparison.Ordinal));

    private static string? Kind(JsonElement line) => line.GetProperty("kind").GetString();
}
