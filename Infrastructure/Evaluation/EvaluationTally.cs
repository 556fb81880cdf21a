namespace HealthApi.Infrastructure.Evaluation;

/// <summary>The result of evaluating accounts, in numbers.</summary>
/// <param name="Accounts">Accounts that were evaluated.</param>
/// <param name="Moved">Accounts whose category or churn level has changed.</param>
/// <param name="Crossings">Crossings that were decided, whether a message is sent or not.</param>
/// <param name="Queued">Deliveries that were queued.</param>
public readonly record struct EvaluationTally(int Accounts, int Moved, int Crossings, int Queued);
