using System.Runtime.CompilerServices;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Infrastructure.Export;

/// <summary>
/// Exports everything that is stored about an account as lines of JSON, page by page. Each page is a short read, so that no writer waits
/// and at most one page is in memory. Changes that are made meanwhile may or may not be included. The last line holds the number of lines
/// before it, by which a reader recognises a truncated export.
/// </summary>
public sealed class AccountExport(IDatabase database, CustomerNames names, TimeProvider time)
{
    /// <summary>Events per page: about 12 MiB if all events have the largest size.</summary>
    private const int EventsOfPage = 200;

    /// <summary>
    /// The lines of an account, several at a time, each ending with a line feed. The memory is valid until the next element is read. The
    /// export of an account that does not exist has the first and the last line, and the rows that are still stored under its id.
    /// </summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string accountId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var lines = new ExportLines();
        lines.Add("export", json =>
        {
            json.WriteString("accountId", accountId);
            json.WriteString("exportedAt", Rfc3339.Format(Instant.Truncate(time.GetUtcNow())));
        });
        yield return lines.Take();
        await foreach (var page in EventPagesAsync(accountId, lines, cancellation)) yield return page;
        IReadOnlyList<KnownNames?> known = [.. await names.OfAsync(accountId, cancellation)];
        foreach (var section in ExportSections.All)
        {
            foreach (var name in section.ByName ? known : [null])
            {
                await foreach (var page in PagesAsync(section, new ExportOwner(accountId, name), lines, cancellation))
                    yield return page;
            }
        }

        lines.Add("end", json => json.WriteNumber("lines", lines.Count));
        yield return lines.Take();
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> EventPagesAsync(
        string accountId, ExportLines lines, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var position = EventPosition.First; ;)
        {
            var page = await database.ReadAsync(
                connection => LoggedEvents.ReadRowsOnAsync(
                    connection, accountId, position, DateTimeOffset.MaxValue, long.MaxValue, EventsOfPage),
                    cancellation);
            foreach (var row in page) lines.Add(row);
            if (page.Count > 0) yield return lines.Take();
            if (page.Count < EventsOfPage) yield break;
            position = new EventPosition(page[^1].OccurredAt, page[^1].Source, page[^1].Id);
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PagesAsync(
        ExportSection section, ExportOwner owner, ExportLines lines, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (ExportKey? after = null; ;)
        {
            var (rows, last) = await database.ReadAsync(connection => section.ReadAsync(connection, owner, after, lines), cancellation);
            if (rows > 0) yield return lines.Take();
            if (rows < section.PageSize) yield break;
            after = last;
        }
    }
}
