namespace HealthApi.Infrastructure.Policies;

/// <summary>
/// Another process has judged the account by a newer policy than the one at hand. Judging it by the older one would tell a change of the
/// model that there was not; nothing is written, and the newest policy is to be asked.
/// </summary>
internal sealed class StalePolicyException() : Exception("The account was judged by a newer policy.");
