using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Export;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>Every SQL text that can be sent to SQL Server, found in the fields of the assembly.</summary>
internal static partial class SqlServerStatements
{
    /// <summary>Statements that are bounded although their text does not show it, with the reason.</summary>
    private static readonly Dictionary<string, string> BoundedElsewhere = new()
    {
        ["DueTimes.MoveDeliveries"] = "it changes the deliveries up to the last one of a chunk of 500",
    };

    /// <summary>Each text with the name of its field.</summary>
    public static IEnumerable<TestCaseData> All() =>
        Fields().Concat(Listings()).Concat(Exports()).Select(found => new TestCaseData(found.Sql).SetArgDisplayNames(found.Name));

    /// <summary>
    /// The texts of each type in the order of its fields, which is the order in which they run where one follows another.
    /// </summary>
    public static IEnumerable<TestCaseData> OfTypes() =>
        Fields().GroupBy(found => found.Name.Split('.')[0])
            .Select(type => new TestCaseData((object)type.Select(found => found.Sql).ToArray()).SetArgDisplayNames(type.Key));

    /// <summary>All texts of fields except <see cref="BoundedElsewhere"/>.</summary>
    public static IEnumerable<TestCaseData> ToBeBounded() =>
        Fields().Where(found => !BoundedElsewhere.ContainsKey(found.Name))
            .Select(found => new TestCaseData(found.Sql).SetArgDisplayNames(found.Name));

    private static IEnumerable<(string Name, string Sql)> Fields() =>
        from type in typeof(IDatabase).Assembly.GetTypes()
        where !type.Name.StartsWith("Sqlite", StringComparison.Ordinal)
        from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        from sql in Texts(field)
        select ($"{type.Name}.{field.Name}", sql);

    private static IEnumerable<string> Texts(FieldInfo field)
    {
        if (field is { IsLiteral: true } && field.GetRawConstantValue() is string text) return Statement().IsMatch(text) ? [text] : [];
        if (field.FieldType == typeof(SqlText)) return [((SqlText)field.GetValue(null)!).SqlServer];
        return field.FieldType.IsArray && field.FieldType.GetElementType()!.IsAssignableTo(typeof(ITuple))
            ? ((IEnumerable)field.GetValue(null)!).Cast<ITuple>()
                .SelectMany(tuple => Enumerable.Range(0, tuple.Length).Select(index => tuple[index])).OfType<SqlText>()
                .Select(sql => sql.SqlServer)
            : [];
    }

    /// <summary>The SQL of the account listing is composed: every sort, from the start and after a cursor, with every filter.</summary>
    private static IEnumerable<(string Name, string Sql)> Listings()
    {
        string[] one = ["a"], several = ["a", "b"];
        return from words in new[] { one, several }
               let all = new AccountFilter
               {
                   Segment = words,
                   Category = words,
                   Risk = words,
                   Owner = words,
                   Phase = words,
                   ParentId = words,
                   Tag = words,
                   ExternalId = [new ExternalId("s", "v")],
                   MinScore = 1,
                   MaxScore = 2,
                   MinRisk = 3,
                   RenewalBefore = DateTimeOffset.UnixEpoch,
                   Churned = true,
                   Disagreement = false,
                   Q = "q",
               }
               from name in AccountListing.SortNames
               from sort in new[] { name, "-" + name }
               let query = new ListingQuery(all, sort)
               from after in new[] { null, new AccountCursor(sort, 1m, "a"), new AccountCursor(sort, null, "a") }
               from part in Statements(query, after).Index()
               select (
                   $"AccountListing {sort} by {words.Length} {(after is null ? "first" : after.Value is null ? "after null" : "after")} {part.Index}",
                   part.Item.SqlServer);
    }

    private static IEnumerable<SqlText> Statements(ListingQuery query, AccountCursor? after) =>
    [
        AccountPages.Read(query, after),
        .. query.Sort.Ranges(query.SortName, after).Select(range => AccountPages.Walk(query, range, query.Sort.Lead is null ? 0 : 2)),
        .. query.Sort.IsOfStates ? query.Sort.Ranges(query.SortName, after).Select(range => AccountPages.Gather(query, range, "")) : [],
        .. ListingDriver.Of(query).Append(ListingDriver.OfSearch(query)).SelectMany(driver => new[] { driver.Entries, driver.Ids }),
    ];

    /// <summary>The SQL of the pages of an export is composed from names of tables and columns.</summary>
    private static IEnumerable<(string Name, string Sql)> Exports() =>
        from section in ExportSections.All
        from page in new[] { ("first", section.Pages.First), ("next", section.Pages.Next) }
        select ($"ExportSections {section.Kind} {page.Item1}", page.Item2.SqlServer);

    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE|DECLARE|IF|EXEC)\b")]
    private static partial Regex Statement();
}
