namespace HealthApi.Infrastructure.Database;

/// <summary>The condition that a write sets on the stored resource.</summary>
/// <param name="IfMatch">The version that the resource must have; null for any.</param>
/// <param name="MustExist"><c>If-Match: *</c>: the resource must exist, at any version.</param>
/// <param name="MustNotExist"><c>If-None-Match: *</c>: the resource must not exist.</param>
public readonly record struct Precondition(long? IfMatch, bool MustExist, bool MustNotExist)
{
    /// <summary>Whether the condition holds.</summary>
    /// <param name="version">The stored version; null where the resource does not exist.</param>
    public bool Allows(long? version) =>
        (IfMatch is null || IfMatch == version) && (!MustExist || version is not null) && (!MustNotExist || version is null);
}
