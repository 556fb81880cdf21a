namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// A sealed text and the key of its row, of which <see cref="Scope"/> is the part before <see cref="Id"/>, empty where there is one part
/// only.
/// </summary>
internal sealed record SealedRow
{
    public string Scope { get; init; } = "";

    public string Id { get; init; } = "";

    public string Sealed { get; init; } = "";
}

/// <summary>A text that was sealed anew, beside the one it replaces.</summary>
internal sealed record ResealedRow(string Scope, string Id, string Before, string After);
