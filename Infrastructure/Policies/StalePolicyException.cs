namespace HealthApi.Infrastructure.Policies;

/// <summary>
/// Another process has already evaluated the account with a newer policy than this process has. Evaluating it with the older policy would
/// report a change of the model that did not happen. Nothing is written; the caller reads the newest policy and runs again.
/// </summary>
internal sealed class StalePolicyException() : Exception("The account was already evaluated with a newer policy.");
