namespace HealthApi.Core.Input;

/// <summary>The result of reading a document: either the value or the errors.</summary>
public sealed record Reading<T>(T? Value, IReadOnlyList<FieldError> Errors)
    where T : class
{
    public bool IsGood => Value is not null;

    /// <summary>The value. Used for built-in documents, in which an error is a defect of the product.</summary>
    /// <exception cref="InvalidOperationException">The document has errors; the message lists them.</exception>
    public T Required() =>
        Value ?? throw new InvalidOperationException(string.Join("; ", Errors.Select(error => $"{error.Pointer}: {error.Detail}")));
}
