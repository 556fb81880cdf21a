using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Export;

/// <summary>
/// The rows of an account in one table: which columns become which members of a line, and how they are read in pages, in the order of
/// <see cref="Key"/>. The statements are made of these names and never of a value.
/// </summary>
/// <param name="Kind">The <c>kind</c> of its lines.</param>
/// <param name="Table">The table, which statements call <c>t</c>.</param>
/// <param name="Key">The column by which rows are in order; with <see cref="Minor"/> the first of two.</param>
/// <param name="Columns">The columns, as <see cref="ExportColumn.Parse"/> reads them.</param>
internal sealed record ExportSection(string Kind, string Table, string Key, string Columns)
{
    /// <summary>Rows of a page: so many that it holds at most some megabytes.</summary>
    public int PageSize { get; init; } = 200;

    /// <summary>The second column of the key, where the first does not tell the account's rows apart.</summary>
    public string? Minor { get; init; }

    /// <summary>Which rows are the account's.</summary>
    public SqlText Owner { get; init; } = new("t.account_id = @Id", "t.account_id = @Id");

    /// <summary>Whether the account's rows are found by its names at integrations.</summary>
    public bool ByName { get; init; }

    public ImmutableArray<ExportColumn> Members { get; } = [.. Columns.Split(' ').Select(ExportColumn.Parse)];

    /// <summary>The first page, and each that follows <c>@After</c> (and <c>@AfterMinor</c>).</summary>
    public (SqlText First, SqlText Next) Pages => (
        Page(""), Page(Minor is null ? $" AND t.{Key} > @After"
            : $" AND t.{Key} >= @After AND (t.{Key} > @After OR t.{Minor} > @AfterMinor)"));

    /// <summary>Adds a page of lines; tells how many they are, and where the page ended.</summary>
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

    /// <summary>As a parameter: instants go as all instants do, with their microseconds.</summary>
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
