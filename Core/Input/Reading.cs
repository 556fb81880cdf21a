namespace HealthApi.Core.Input;

/// <summary>What came of reading a document: the value, or the errors that stand against it (never both, never neither).</summary>
public sealed record Reading<T>(T? Value, IReadOnlyList<FieldError> Errors)
    where T : class
{
    public bool IsGood => Value is not null;

    /// <summary>The value of a document that ships with the product: an error in it is a defect.</summary>
    public T Required() =>
        Value ?? throw new InvalidOperationException(string.Join("; ", Errors.Select(error => $"{error.Pointer}: {error.Detail}")));
}
