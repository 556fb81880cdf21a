namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// A sealed text and the key of its row. <see cref="Scope"/> is the first part of a key of two parts, and empty otherwise.
/// </summary>
internal sealed record SealedRow
{
    public string Scope { get; init; } = "";

    public string Id { get; init; } = "";

    public string Sealed { get; init; } = "";
}

/// <summary>A text that was sealed again, and the text that it replaces.</summary>
internal sealed record ResealedRow(string Scope, string Id, string Before, string After);
