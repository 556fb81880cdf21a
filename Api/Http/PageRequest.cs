using HealthApi.Api.Problems;

namespace HealthApi.Api.Http;

/// <summary>The page that a caller asks for by <c>limit</c> and <c>cursor</c>.</summary>
/// <param name="Limit">Entries per page, 1–200.</param>
/// <param name="After">Where the previous page ended; null for the first page.</param>
internal sealed record PageRequest<TPosition>(int Limit, TPosition? After)
    where TPosition : class
{
    /// <summary>How many rows to read: one more than the page holds, which shows whether another page follows.</summary>
    public int RowsToRead => Limit + 1;

    /// <summary>The page made from rows that were read with <see cref="RowsToRead"/> as their limit.</summary>
    /// <param name="rows">The rows, in the order of the list.</param>
    /// <param name="view">Converts a row to its view.</param>
    /// <param name="position">The position of a row in the list, for the cursor.</param>
    public Page<TView> ToPage<TRow, TView>(IReadOnlyList<TRow> rows, Func<TRow, TView> view, Func<TRow, TPosition> position) =>
        Page.Of([.. rows.Take(Limit)], rows.Count > Limit, view, position);
}

/// <summary>Reads <see cref="PageRequest{TPosition}"/>.</summary>
internal static class PageRequest
{
    /// <summary>422 for a wrong limit, 400 for a cursor that this service did not issue.</summary>
    public static Outcome<PageRequest<TPosition>> Read<TPosition>(HttpRequest request)
        where TPosition : class
    {
        if (QueryValues.Limit(request).Failed(out var problem, out var limit)) return problem;
        return Cursors.Decode<TPosition>(request, out var after) is { } forged ? forged
            : new PageRequest<TPosition>(limit.Value, after);
    }
}
