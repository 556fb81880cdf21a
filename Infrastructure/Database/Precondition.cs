namespace HealthApi.Infrastructure.Database;

/// <summary>What a write asks of the present version of what it changes.</summary>
/// <param name="IfMatch">The version it must have, or null.</param>
/// <param name="MustExist"><c>If-Match: *</c>: any version, but it must be there.</param>
/// <param name="MustNotExist"><c>If-None-Match: *</c>.</param>
public readonly record struct Precondition(long? IfMatch, bool MustExist, bool MustNotExist)
{
    public bool Allows(long? version) =>
        (IfMatch is null || IfMatch == version) && (!MustExist || version is not null) && (!MustNotExist || version is null);
}
