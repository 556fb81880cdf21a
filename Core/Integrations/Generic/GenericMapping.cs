using HealthApi.Core.Imports;

namespace HealthApi.Core.Integrations.Generic;

/// <summary>How payloads of any JSON webhook become events and facts. Data, read by <see cref="GenericMappingReader"/>.</summary>
/// <param name="Items">JSON pointer to an array whose items are parts of their own; null where the payload is one part, or an array
/// itself.</param>
/// <param name="Kind">The value that names the kind of a part, for listing what is not mapped.</param>
/// <param name="Mapping">Outputs over the values that it reads, each named by a JSON pointer or by member names joined by dots.</param>
public sealed record GenericMapping(string? Items, string? Kind, ImportMapping Mapping);
