namespace HealthApi.Infrastructure.Database;

/// <summary>The outcome of a write to one resource. Only the first three changed anything.</summary>
public enum WriteStatus
{
    Created,
    Updated,
    Deleted,
    NotFound,

    /// <summary>The account that the resource belongs to does not exist.</summary>
    NoAccount,

    /// <summary>The account is parked: its figures cannot be read, so it cannot be evaluated.</summary>
    AccountParked,

    /// <summary>The value does not fit what is stored, such as a category that the account's model does not have.</summary>
    Invalid,

    /// <summary>The stored version is not the one that the <see cref="Precondition"/> asks for.</summary>
    PreconditionFailed,

    /// <summary>Another write changed the resource after it was read.</summary>
    Conflict,
}
