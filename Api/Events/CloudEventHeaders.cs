using System.Text;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;

namespace HealthApi.Api.Events;

/// <summary>The attributes of a CloudEvent in binary mode: <c>ce-*</c> headers (CloudEvents 1.0.2, HTTP binding §3.1).</summary>
internal static class CloudEventHeaders
{
    private const string Prefix = "ce-";

    private static readonly string[] Required = ["ce-specversion", "ce-id", "ce-source", "ce-type"];

    /// <summary>Whether the headers carry a CloudEvent: at least one of the required attributes is present.</summary>
    public static bool ArePresent(IHeaderDictionary headers) => Required.Any(headers.ContainsKey);

    /// <summary>
    /// The attributes: names in lower case without the prefix, and decoded values. A 400 for a value that cannot be decoded.
    /// </summary>
    public static Outcome<List<KeyValuePair<string, string>>> Read(IHeaderDictionary headers)
    {
        var (attributes, errors) = (new List<KeyValuePair<string, string>>(), new List<FieldError>());
        foreach (var (header, values) in headers)
        {
            if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) continue;
            var name = header[Prefix.Length..].ToLowerInvariant();
            if (values.Count == 1 && PercentEncoding.Decode(Unquote(values[0]!)) is { } value)
            {
                attributes.Add(new(name, value));
            }
            else
            {
                var detail = values.Count == 1 ? "The header is not UTF-8 in valid percent-encoding."
                    : "The request has this header twice.";
                errors.Add(new FieldError("/" + JsonPointer.Escape(name), ErrorCodes.InvalidFormat, detail));
            }
        }

        return errors.Count == 0 ? attributes : new Problem(ProblemType.InvalidCloudEvent, null, errors);
    }

    /// <summary>Removes the quotes and backslashes of a quoted string, which earlier versions of the binding used.</summary>
    private static string Unquote(string value)
    {
        if (value.Length < 2 || value[0] != '"' || value[^1] != '"') return value;
        var text = new StringBuilder(value.Length);
        for (var index = 1; index < value.Length - 1; index++)
        {
            if (value[index] == '\\' && index < value.Length - 2) index++;
            text.Append(value[index]);
        }

        return text.ToString();
    }
}
