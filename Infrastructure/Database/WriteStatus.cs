namespace HealthApi.Infrastructure.Database;

/// <summary>
/// The outcome of a write to one resource. <see cref="Created"/>, <see cref="Updated"/> and <see cref="Deleted"/> have changed it; the
/// others have changed nothing.
/// </summary>
public enum WriteStatus
{
    Created,
    Updated,
    Deleted,
    NotFound,

    /// <summary>The account that the resource belongs to does not exist.</summary>
    NoAccount,

    /// <summary>The account is parked: its stored state cannot be used, so it cannot be evaluated.</summary>
    AccountParked,

    /// <summary>The value does not fit what is stored, such as a category that the account's model does not have.</summary>
    Invalid,

    /// <summary>The resource does not meet the <see cref="Precondition"/>.</summary>
    PreconditionFailed,

    /// <summary>Another write changed the resource after it was read.</summary>
    Conflict,
}
