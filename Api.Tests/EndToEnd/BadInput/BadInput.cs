using System.Text;
using HealthApi.Api.Tests.Support.Http;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>
/// One entry of the catalogue of bad input: its number, the bytes of the request, and the expected answer. <see cref="Slug"/> is the
/// problem's type; it is null if the answer is not a problem (2xx) or has no body because the HTTP parser refuses the request.
/// <see cref="Code"/> is the code of the first error. <c>{read}</c> and <c>{revoked}</c> in the request are replaced by a key with the
/// scope read and by a revoked key.
/// </summary>
/// <remarks>
/// The other files of this folder whose names end in <c>Input.cs</c> are the catalogue. Entries with the same number have the same kind of
/// fault. Numbers 15 and 16 are in <see cref="SlowInputTests"/>, 95 in <see cref="Api.Limits.RateLimitTests"/>, and 108 to 117 in
/// <see cref="Api.Webhooks.ReceiverUrlTests"/>.
/// </remarks>
internal sealed record BadInput(string Number, string Name, byte[] Request, int Status, string? Slug = null, string? Code = null)
{
    public const string Json = "Content-Type: application/json", Key = "Authorization: Bearer " + TestService.AdminKey;

    public override string ToString() => $"{Number} {Name}";

    /// <summary>A request in raw text; <c>{key}</c> is replaced by the Authorization header.</summary>
    public static BadInput Raw(string number, string name, string text, int status, string? slug = null) =>
        new(number, name, Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n").Replace("{key}", Key, StringComparison.Ordinal)), status,
            slug);

    /// <summary>A well-formed HTTP request with a JSON body.</summary>
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
