using System.Text;
using HealthApi.Api.Tests.Support.Http;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>
/// One entry of the catalogue: its number, the request in bytes, and what must come back. <see cref="Slug"/> is the problem's type; null
/// where the answer is no problem (2xx) or where the server's parser refuses the request without a body. <see cref="Code"/> is the first
/// mistake's code or that of the first refused event. <c>{read}</c>, <c>{revoked}</c> in the request stand for such keys.
/// </summary>
internal sealed record BadInput(string Number, string Name, byte[] Request, int Status, string? Slug = null, string? Code = null)
{
    public const string Json = "Content-Type: application/json", Key = "Authorization: Bearer " + TestService.AdminKey;

    public override string ToString() => $"{Number} {Name}";

    /// <summary>A request in raw text, its lines as given; the key comes with it.</summary>
    public static BadInput Raw(string number, string name, string text, int status, string? slug = null) =>
        new(number, name, Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n").Replace("{key}", Key, StringComparison.Ordinal)), status,
            slug);

    /// <summary>A well-framed request with JSON.</summary>
    public static BadInput Send(
        string number, string name, string method, string target, string? body, int status, string? slug = null, string? code = null) =>
        new(number, name, RawHttp.Request(method, target, body is null ? null : Encoding.UTF8.GetBytes(body), Key, Json), status, slug,
            code);

    /// <summary>A POST of JSON to /v1/events.</summary>
    public static BadInput Event(string number, string name, string json, int status, string? slug = null, string? code = null) =>
        Send(number, name, "POST", "/v1/events", json, status, slug, code);

    /// <summary>A GET.</summary>
    public static BadInput Get(string number, string name, string target, int status, string? slug = null, string? code = null) =>
        new(number, name, RawHttp.Request("GET", target, null, Key), status, slug, code);
}
