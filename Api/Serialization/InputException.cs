using System.Text.Json;

namespace HealthApi.Api.Serialization;

/// <summary>A converter refuses a value; carries the error code and the detail for the caller.</summary>
internal sealed class InputException(string code, string detail) : JsonException(detail)
{
    public string Code { get; } = code;

    public string Detail { get; } = detail;
}
