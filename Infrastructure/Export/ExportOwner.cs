using System.Data.Common;
using Dapper;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Infrastructure.Export;

/// <summary>The key of the last row of a page.</summary>
internal sealed record ExportKey(object Key, object? Minor);

/// <summary>The owner of the rows: the account, or some of its names at an integration.</summary>
internal sealed record ExportOwner(string AccountId, KnownNames? Names)
{
    public DynamicParameters Parameters(DbConnection connection, ExportKey? after, int limit)
    {
        var parameters = new DynamicParameters();
        parameters.Add("Limit", limit);
        parameters.Add("Id", AccountId);
        if (after is not null) parameters.Add("After", after.Key);
        if (after?.Minor is { } minor) parameters.Add("AfterMinor", minor);
        if (Names is null) return parameters;
        var facts = Names.Names.SelectMany(name => AccountFacts.FieldNames.Select(field => CustomerDirectory.FactReference(field, name)));
        parameters.Add("IntegrationId", Names.IntegrationId);
        parameters.Add("Names", JsonRows.Of(connection, Names.Names.Concat(facts)));
        return parameters;
    }
}
