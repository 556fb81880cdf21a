using System.Net.Http.Headers;
using System.Text;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>Requests that were accepted, however odd, can be processed, evaluated and read.</summary>
internal sealed class AcceptedFuzzTests
{
    private static readonly string[] Reads = ["", "/health", "/health/history", "/churn-risk", "/signals", "/timeline?limit=200"];

    [FsCheck.NUnit.Property(Arbitrary = [typeof(FuzzedRequests)], MaxTest = 3)]
    public void Accepted_mutants_can_be_processed_evaluated_and_read(FuzzedSession session) =>
        AssertProcessableAsync(session.Requests).GetAwaiter().GetResult();

    [Test]
    public async Task Dates_at_the_limits_of_the_calendar_can_be_processed_evaluated_and_read() => await AssertProcessableAsync(
        [
            Account("past", """{"renewalDate":"0001-01-01","customerSince":"0001-01-01"}"""),
            Account("future", """{"renewalDate":"9999-12-31T23:59:59Z","customerSince":"9999-12-31T23:59:59Z","churnedAt":"9999-12-31"}"""),
            Account("backwards", """{"customerSince":"9999-12-31","churnedAt":"0001-01-01","renewalDate":"0001-01-01"}"""),
            .. from account in (string[])["past", "future", "backwards"]
               from date in (string[])["0001-01-01", "9999-12-31T23:59:59.999999Z"]
               from type in (string[])["billing.invoice_issued", "billing.invoice_overdue", "billing.payment_failed", "billing.renewed"]
               select new FuzzedRequest(
                   "POST", "/v1/events",
                   $$$"""{"id":"{{{account}}} {{{date}}} {{{type}}}","type":"{{{type}}}","accountId":"{{{account}}}","data":{"invoiceId":"{{{type}}}","dueDate":"{{{date}}}","renewalDate":"{{{date}}}"}}"""),
        ]);

    private static FuzzedRequest Account(string id, string body) => new("PUT", "/v1/accounts/" + id, body);

    private static async Task AssertProcessableAsync(IEnumerable<FuzzedRequest> requests)
    {
        await using var service = await TestService.StartAsync();
        foreach (var request in requests)
        {
            using var message = new HttpRequestMessage(
                new HttpMethod(request.Method), request.Path)
            { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body)) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await service.Client.SendAsync(message);
        }

        await service.SettledAsync();
        Assert.That(
            (await service.GetAsync("/v1/ingestion/stats")).GetProperty("parked").GetInt64(), Is.Zero,
            "no accepted event is parked");
        await service.EvaluatedAsync();
        var accounts = (await service.GetAsync("/v1/accounts?limit=200")).GetProperty("data").EnumerateArray()
            .Select(account => account.GetProperty("id").GetString()!);

        // The ids "." and ".." cannot be written as a segment of a path.
        foreach (var id in accounts.Where(id => id is not ("." or "..")))
        {
            foreach (var read in Reads)
                await service.GetAsync($"/v1/accounts/{Uri.EscapeDataString(id)}{read}");
        }
    }
}
