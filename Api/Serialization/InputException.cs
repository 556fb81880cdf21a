using System.Text.Json;

namespace HealthApi.Api.Serialization;

/// <summary>A value that a converter refuses, with the error code and the detail that the caller is told.</summary>
internal sealed class InputException(string code, string detail) : JsonException(detail)
{
    public string Code { get; } = code;

    public string Detail { get; } = detail;
}
