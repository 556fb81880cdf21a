namespace HealthApi.Infrastructure.Evaluation;

/// <summary>What came of evaluating accounts anew.</summary>
/// <param name="Moved">Accounts whose category or churn level is another one now.</param>
/// <param name="Crossings">Crossings decided, sent or not.</param>
/// <param name="Queued">Deliveries queued.</param>
public readonly record struct EvaluationTally(int Accounts, int Moved, int Crossings, int Queued);
