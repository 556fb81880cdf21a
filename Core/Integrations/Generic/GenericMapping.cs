using HealthApi.Core.Imports;

namespace HealthApi.Core.Integrations.Generic;

/// <summary>Describes how the payloads of a JSON webhook become events and facts. Read by <see cref="GenericMappingReader"/>.</summary>
/// <param name="Items">
/// A JSON pointer to an array, each item of which is a part. Null if the payload itself is one part or an array of parts.
/// </param>
/// <param name="Kind">The value that names the kind of a part; shown in the list of unmapped parts.</param>
/// <param name="Mapping">The outputs. Each value that they read is named by a JSON pointer or by member names joined by dots.</param>
public sealed record GenericMapping(string? Items, string? Kind, ImportMapping Mapping);
