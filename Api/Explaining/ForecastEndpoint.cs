using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Explaining;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/health/forecast</c>: the expected score, day by day.</summary>
internal static class ForecastEndpoint
{
    private const int DefaultDays = 90, MaxDays = 365;

    public static async Task<Results<Ok<ForecastView>, Problem>> GetAsync(
        HttpContext context, AccountExplanations explanations, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (QueryValues.ReadWhole(context.Request, "days", out var days) is { } badDays) return badDays;
        if (days > MaxDays) return Problem.Invalid("?days", ErrorCodes.OutOfRange, $"Must be 1 to {MaxDays}.");
        return await explanations.ForecastAsync(id, days ?? DefaultDays, cancellation) is { } found
            ? TypedResults.Ok(ForecastView.Of(id, found.AsOf, found.Forecast))
            : AccountProblems.NotFound(id);
    }
}

internal sealed record ForecastView(
    string AccountId, DateTimeOffset AsOf, double Interval, IEnumerable<ForecastPointView> Data,
    IEnumerable<ForecastCrossingView> Crossings)
{
    public static ForecastView Of(string accountId, DateTimeOffset asOf, HealthForecast forecast) => new(
        accountId, asOf, HealthForecast.Interval, forecast.Points.Select(ForecastPointView.Of),
        forecast.Crossings.Select(ForecastCrossingView.Of));
}

internal sealed record ForecastPointView(DateTimeOffset At, double Score, double Low, double High)
{
    public static ForecastPointView Of(ForecastPoint point) =>
        new(point.At, Rounding.ForDisplay(point.Score), Rounding.ForDisplay(point.Low), Rounding.ForDisplay(point.High));
}

internal sealed record ForecastCrossingView(string Threshold, CrossingDirection Direction, DateTimeOffset ExpectedAt, double Probability)
{
    private const int Decimals = 3;

    public static ForecastCrossingView Of(ForecastCrossing crossing) => new(
        crossing.Threshold, crossing.Direction, crossing.ExpectedAt, Math.Round(crossing.Probability, Decimals));
}
