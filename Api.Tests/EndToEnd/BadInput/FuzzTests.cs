using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HealthApi.Api.Problems;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>For any request the status is below 500, and a refused request gets a problem document and changes nothing.</summary>
internal sealed class FuzzTests
{
    /// <summary>The statuses with which the HTTP parser refuses requests; its answers have no body.</summary>
    private static readonly int[] Bodyless = [400, 408, 411, 413, 414, 417, 431, 501, 505];

    private static readonly HashSet<string> Slugs = [.. ProblemType.All.Select(type => "/problems/" + type.Slug)];

    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [FsCheck.NUnit.Property(Arbitrary = [typeof(FuzzedRequests)], MaxTest = 600)]
    public void A_mutated_document_is_accepted_or_changes_nothing(FuzzedRequest request)
    {
        var before = Wait(_service.FootprintAsync());
        using var message = new HttpRequestMessage(
            new HttpMethod(request.Method), request.Path)
        { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body)) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = Wait(_service.Client.SendAsync(message));
        var body = Wait(response.Content.ReadAsStringAsync());
        Check((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body);
        if (!response.IsSuccessStatusCode)
            Assert.That(Wait(_service.FootprintAsync()), Is.EqualTo(before), "a refused request changes nothing");
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(FuzzedRequests)], MaxTest = 600)]
    public void Any_headers_query_and_bytes_get_an_answer_below_500(FuzzedFrame frame)
    {
        var before = Wait(_service.FootprintAsync());
        var answer =
            Wait(RawHttp.SendAsync(_service.Client.BaseAddress!, RawHttp.Request(frame.Method, frame.Target, frame.Body, frame.Headers)));
        Check(
            answer.Status, answer.Headers.GetValueOrDefault("Content-Type")?.Split(';')[0], answer.Body, mayBeEmpty: frame.Method == "HEAD"
            || Bodyless.Contains(answer.Status));
        if (answer.Status >= 400) Assert.That(Wait(_service.FootprintAsync()), Is.EqualTo(before), "a refused request changes nothing");
    }

    private static void Check(int status, string? mediaType, string body, bool mayBeEmpty = false)
    {
        Assert.That(status, Is.LessThan(500), body);
        if (status < 400 || (mayBeEmpty && body.Length == 0)) return;
        Assert.That(mediaType, Is.EqualTo(Problem.MediaType), $"{status}: {body}");
        var problem = JsonElement.Parse(body);
        Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(status));
        Assert.That(Slugs, Does.Contain(problem.GetProperty("type").GetString()));
        Assert.That(
            body, Does.Not.Contain("   at ").And.Not.Contain("Exception").And.Not.Contain("System.").And.Not.Contain("HealthApi."),
            "the answer contains no internals");
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
