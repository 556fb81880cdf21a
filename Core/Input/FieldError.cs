namespace HealthApi.Core.Input;

/// <summary>
/// One error in an input: its place (JSON pointer), the broken rule (a stable code such as <c>out_of_range</c>), and a text that says what
/// is expected.
/// </summary>
public sealed record FieldError(string Pointer, string Code, string Detail);
