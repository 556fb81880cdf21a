using HealthApi.Core.Imports;
using HealthApi.Core.Input;

namespace HealthApi.Api.Commands.Import;

/// <summary>A row of a file: the cells that the mapping reads, or the error that prevents reading them.</summary>
/// <param name="Line">The line on which it begins, counted from 1.</param>
internal readonly record struct SourceRow(long Line, ImportRow Cells, FieldError? Error);
