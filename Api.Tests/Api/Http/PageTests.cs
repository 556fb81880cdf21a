using System.Buffers.Text;
using System.Text.Json;
using HealthApi.Api.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Http;

internal sealed class PageTests
{
    private static readonly PageRequest<Position> Request = new(2, null);

    [Test]
    public void A_row_more_than_the_limit_gives_a_cursor_to_the_last_row_of_the_page()
    {
        var page = Request.ToPage([1, 2, 3], row => row * 10, row => new Position(row));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Request.RowsToRead, Is.EqualTo(3));
            Assert.That(page.Data, Is.EqualTo(new[] { 10, 20 }));
            Assert.That(JsonSerializer.Deserialize<Position>(Base64Url.DecodeFromChars(page.NextCursor), JsonSerializerOptions.Web)!.Row,
                Is.EqualTo(2));
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void The_last_page_has_no_cursor(int rows)
    {
        var page = Request.ToPage([.. Enumerable.Range(1, rows)], row => row, row => new Position(row));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Data, Has.Count.EqualTo(rows));
            Assert.That(page.NextCursor, Is.Null);
        }
    }

    private sealed record Position(int Row);
}
