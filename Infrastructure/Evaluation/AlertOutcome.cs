namespace HealthApi.Infrastructure.Evaluation;

/// <summary>The result of an action on an alert.</summary>
public enum AlertOutcome
{
    /// <summary>The alert is in the requested state; a repeated action changes nothing.</summary>
    Done,

    NotFound,

    /// <summary>The alert is resolved.</summary>
    Resolved,

    /// <summary>Another alert of the same account and metric is open.</summary>
    AnotherIsOpen,

    /// <summary>The account has churned, so that no alert about it can be open.</summary>
    Churned,

    /// <summary>The account is parked and cannot be evaluated.</summary>
    AccountParked,
}
