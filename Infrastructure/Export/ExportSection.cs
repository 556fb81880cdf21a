using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Export;

/// <summary>
/// The rows of an account in one table: the columns and their JSON members, and the statements that read pages in the order of
/// <see cref="Key"/>. The statements are made of these constants only, never of a value.
/// </summary>
/// <param name="Kind">The <c>kind</c> of its lines.</param>
/// <param name="Table">The table; its alias in statements is <c>t</c>.</param>
/// <param name="Key">The column that orders the rows, together with <see cref="Minor"/> where there is one.</param>
/// <param name="Columns">The columns, as <see cref="ExportColumn.Parse"/> reads them.</param>
internal sealed record ExportSection(string Kind, string Table, string Key, string Columns)
{
    /// <summary>Rows per page, chosen so that a page has at most a few megabytes.</summary>
    public int PageSize { get; init; } = 200;

    /// <summary>The second column of the key, where the first is not unique among the account's rows.</summary>
    public string? Minor { get; init; }

    /// <summary>The condition for the account's rows.</summary>
    public SqlText Owner { get; init; } = new("t.account_id = @Id", "t.account_id = @Id");

    /// <summary>Whether the rows are found by the account's names at integrations instead of its id.</summary>
    public bool ByName { get; init; }

    public ImmutableArray<ExportColumn> Members { get; } = [.. Columns.Split(' ').Select(ExportColumn.Parse)];

    /// <summary>The statement for the first page, and the one for the page after <c>@After</c> (and <c>@AfterMinor</c>).</summary>
    public (SqlText First, SqlText Next) Pages => (
        Page(""), Page(Minor is null ? $" AND t.{Key} > @After"
            : $" AND t.{Key} >= @After AND (t.{Key} > @After OR t.{Minor} > @AfterMinor)"));

    /// <summary>Adds a page of lines; returns their number and the key of the last row.</summary>
    public async Task<(int Rows, ExportKey? Last)> ReadAsync(
        DbConnection connection, ExportOwner owner, ExportKey? after, ExportLines lines)
    {
        lines.Restart();
        var page = after is null ? Pages.First : Pages.Next;
        await using var reader = await connection.ExecuteReaderAsync(page.For(connection), owner.Parameters(connection, after, PageSize));
        var (rows, last) = (0, (ExportKey?)null);
        for (; await reader.ReadAsync(); rows++)
        {
            lines.Add(Kind, Members, reader);
            last = new ExportKey(Value(reader.GetValue(Members.Length)), Minor is null ? null : Value(reader.GetValue(Members.Length + 1)));
        }

        return (rows, last);
    }

    /// <summary>A key as a parameter: as a <see cref="DateTimeOffset"/> an instant keeps its microseconds.</summary>
    private static object Value(object key) => key is DateTime ? SqlTypes.ToInstant(key) : key;

    private SqlText Page(string after)
    {
        var columns = string.Join(", ", Members.Select(column => "t." + column.Name)) + $", t.{Key}"
            + (Minor is null ? "" : $", t.{Minor}");
        var order = $" ORDER BY t.{Key}" + (Minor is null ? "" : $", t.{Minor}");
        return new SqlText(
            "SELECT " + columns + " FROM " + Table + " AS t WHERE " + Owner.Sqlite + after + order + " LIMIT @Limit",
            "SELECT TOP (@Limit) " + columns + " FROM " + Table + " AS t WHERE " + Owner.SqlServer + after + order);
    }
}
