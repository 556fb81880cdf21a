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
/// Everything that can be erased must be exported: the test fills every column that can hold data of an account (ErasureColumns) and finds
/// each value in the export of the account.
/// </summary>
internal sealed class ExportCompletenessTests
{
    /// <summary>Columns that are erased and not exported, with the reason.</summary>
    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["idempotency_keys.headers"] = "a sealed answer to a caller, which may contain other accounts; only its existence is exported",
        ["idempotency_keys.body"] = "as for the headers",
        ["account_checkpoints.account_id"] = "a checkpoint is the fold of events that are exported themselves",
        ["account_checkpoints.figures"] = "as for account_id",
        ["simulated_accounts.account_id"] = "counts of what an alert policy would have done with events that are exported themselves",
        ["checkpointed_accounts.account_id"] = "says only which checkpoints are in use",
    };

    [Test]
    public async Task Every_column_that_is_erased_is_exported()
    {
        using var pipeline = await Pipeline.CreateAsync(new ManualTimeProvider());
        await ErasureColumns.FillAsync(pipeline.Services);
        var lines = new List<JsonElement>();
        await foreach (var page in pipeline.Services.GetRequiredService<AccountExport>().ReadAsync(ErasureColumns.Id, default))
        {
            lines.AddRange(Encoding.UTF8.GetString(page.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonElement.Parse(line)));
        }

        Assert.That(ErasureColumns.OfAccounts.Where(column => !Exempt.ContainsKey(column) && !IsExported(column, lines)), Is.Empty,
            "add the column to ExportSections (and its kind to openapi.yaml), or state here why it is not exported");
        Assert.That(Exempt.Keys, Is.SubsetOf(ErasureColumns.OfAccounts), "every exempt column is one of ErasureColumns");
        var documented = OpenApiFile.Operations.Single(operation => operation.Id == "getAccountExport")
            .Json.GetProperty("description").GetString()!;
        var kinds = ExportSections.All.Select(section => section.Kind);
        Assert.That(
            kinds.Where(kind => !documented.Contains($"`{kind}`", StringComparison.Ordinal)), Is.Empty,
            "openapi.yaml documents every kind");
        Assert.That(lines[^1].GetProperty("lines").GetInt32(), Is.EqualTo(lines.Count - 1));
    }

    /// <summary>Only the first line states the account's id, so a column <c>account_id</c> is exported when its table has lines.</summary>
    private static bool IsExported(string column, List<JsonElement> lines)
    {
        var (table, name) = (column.Split('.')[0], column.Split('.')[1]);
        if (table == "events")
        {
            return name == "account_id" ? lines.Any(line => Kind(line) == "event")
                : lines.Any(line => Kind(line) == "event" && Holds(line, name));
        }

        foreach (var section in ExportSections.All.Where(section => section.Table == table))
        {
            var own = lines.Where(line => Kind(line) == section.Kind).ToList();
            if (name == "account_id" && own.Count > 0) return true;
            if (section.Members.FirstOrDefault(member => member.Name == name) is { } exported
                && own.Any(line => Holds(line, exported.Member)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(JsonElement line, string member) =>
        line.TryGetProperty(member, out var value) && value.GetRawText() is var text
            && (text.Contains(ErasureColumns.Id, StringComparison.Ordinal)
            || text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(ErasureColumns.Id)), StringComparison.Ordinal));

    private static string? Kind(JsonElement line) => line.GetProperty("kind").GetString();
}
