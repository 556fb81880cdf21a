using HealthApi.Core.Evaluation;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The change of a score between two instants. <see cref="Change"/> is the difference of the two displayed scores (one decimal; no score
/// counts as 0), and the parts sum exactly to it.
/// </summary>
public sealed record ScoreChange(AccountStanding From, AccountStanding To, decimal Change, IReadOnlyList<ChangePart> Parts);
