using HealthApi.Core.Evaluation;
using HealthApi.Core.Explaining;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Explaining;

internal sealed record ChangesView(
    string AccountId, StandingAtView From, StandingAtView To, decimal Change, IEnumerable<ChangePartView> Parts)
{
    public static ChangesView Of(ScoreChange change) => new(
        change.To.Account.Id, StandingAtView.Of(change.From), StandingAtView.Of(change.To), change.Change,
        change.Parts.Select(ChangePartView.Of));
}

internal sealed record StandingAtView(DateTimeOffset At, double? Score, string Category, ModelReference Model)
{
    public static StandingAtView Of(AccountStanding standing) => new(
        standing.AsOf, Rounding.ForDisplay(standing.Health.Score), standing.Health.Category,
        new ModelReference(standing.Judgement.Model.Id, standing.Judgement.Model.Version));
}

internal sealed record ChangePartView(string? Component, string? Signal, ChangeCause Cause, decimal Change, string Detail)
{
    public static ChangePartView Of(ChangePart part) => new(part.Component, part.Signal?.Name(), part.Cause, part.Change, part.Detail);
}
