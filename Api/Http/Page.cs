namespace HealthApi.Api.Http;

/// <summary>One page of a list.</summary>
/// <param name="Data">At most <c>limit</c> entries; all entries on routes without <c>limit</c>.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor);

/// <summary>Creates pages.</summary>
internal static class Page
{
    /// <summary>One page with the whole list, for routes without <c>limit</c> and <c>cursor</c>.</summary>
    public static Page<T> Whole<T>(IEnumerable<T> entries) => new([.. entries], null);

    /// <summary>The page of rows that were already cut to its size.</summary>
    /// <param name="rows">The rows of the page, in the order of the list.</param>
    /// <param name="hasMore">Whether another page follows.</param>
    /// <param name="view">Converts a row to its view.</param>
    /// <param name="position">The position of a row in the list, for the cursor.</param>
    public static Page<TView> Of<TRow, TView, TPosition>(
        IReadOnlyList<TRow> rows, bool hasMore, Func<TRow, TView> view, Func<TRow, TPosition> position) =>
        new([.. rows.Select(view)], hasMore ? Cursors.Encode(position(rows[^1])) : null);
}
