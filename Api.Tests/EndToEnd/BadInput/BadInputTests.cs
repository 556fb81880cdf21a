using System.Text;
using System.Text.Json;
using HealthApi.Api.Problems;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>Sends every request of the bad-input catalogue to the real server over raw connections.</summary>
internal sealed class BadInputTests
{
    private TestService _service = null!;
    private Dictionary<string, string> _keys = [];

    private static IEnumerable<TestCaseData> Catalogue =>
        ((IEnumerable<BadInput>)[.. FramingInput.All, .. MediaInput.All, .. JsonInput.All, .. ValueInput.All, .. IdentifierInput.All,
            .. ProtocolInput.All, .. CloudEventInput.All])
        .Select(input => new TestCaseData(input).SetName($"{{m}}({input.ToString().Replace('"', '\'')})"));

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(["Roles=api"]);
        var read = await _service.PostAsync("/v1/keys", new { name = "reader", scopes = new[] { "read" } });
        var revoked = await _service.PostAsync("/v1/keys", new { name = "gone", scopes = new[] { "admin" } });
        await _service.SendAsync(HttpMethod.Delete, "/v1/keys/" + revoked.GetProperty("id").GetString());
        _keys = new() { ["{read}"] = read.GetProperty("secret").GetString()!, ["{revoked}"] = revoked.GetProperty("secret").GetString()! };
        await _service.PutAsync("/v1/accounts/a", new { name = "A" });
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCaseSource(nameof(Catalogue))]
    public async Task Bad_input_gets_the_answer_of_the_catalogue_and_changes_nothing(BadInput input)
    {
        var before = await _service.FootprintAsync();
        var answer = await RawHttp.SendAsync(_service.Client.BaseAddress!, WithKeys(input.Request));
        Assert.That(answer.Status, Is.EqualTo(input.Status), answer.Body);
        if (answer.Status >= 400)
        {
            Assert.That(await _service.FootprintAsync(), Is.EqualTo(before), "a refused request changes nothing");
            Check(answer, input);
        }
    }

    private static void Check(RawAnswer answer, BadInput input)
    {
        if (input.Slug is null)
        {
            Assert.That(answer.Body, Is.Empty, "there is no body if the HTTP parser refuses the request, and on HEAD");
            return;
        }

        var problem = JsonElement.Parse(answer.Body);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Headers["Content-Type"], Is.EqualTo(Problem.MediaType));
            Assert.That(problem.GetProperty("type").GetString(), Is.EqualTo("/problems/" + input.Slug), answer.Body);
            Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(answer.Status));
            Assert.That(problem.GetProperty("instance").GetString(), Is.Not.Null);
            Assert.That(input.Code is null || FirstCode(problem) == input.Code, $"the first error must be {input.Code}: {answer.Body}");
            Assert.That(answer.Headers.ContainsKey("Allow"), Is.EqualTo(answer.Status == 405), "405 comes with Allow");
            Assert.That(
                answer.Headers.ContainsKey("WWW-Authenticate"), Is.EqualTo(answer.Status == 401), "401 comes with WWW-Authenticate");
        }
    }

    private static string? FirstCode(JsonElement problem)
    {
        var first = problem.GetProperty("errors")[0];
        return (first.TryGetProperty("errors", out var inner) ? inner[0] : first).GetProperty("code").GetString();
    }

    private byte[] WithKeys(byte[] request) =>
        Encoding.Latin1.GetBytes(
            _keys.Aggregate(Encoding.Latin1.GetString(request), (text, key) => text.Replace(key.Key, key.Value, StringComparison.Ordinal)));
}
