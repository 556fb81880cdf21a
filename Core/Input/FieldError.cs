namespace HealthApi.Core.Input;

/// <summary>
/// One mistake in an input: where (JSON pointer), which rule (a stable code such as <c>out_of_range</c>), and what to do about it.
/// </summary>
public sealed record FieldError(string Pointer, string Code, string Detail);
