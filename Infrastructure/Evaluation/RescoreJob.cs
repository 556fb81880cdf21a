using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Evaluates accounts after a change of the policy.</summary>
internal sealed class RescoreJob(PagedEvaluation pages, EvaluationPolicies policies)
{
    private const int PageSize = 100;

    public Task RunAsync(JobRun run, CancellationToken cancellation)
    {
        // The change that started this job may be newer than the policy that this process has cached.
        policies.Forget();
        var request = run.Request<RescoreRequest>();
        return pages.EvaluateAsync(
            run, PageSize, NotificationMode.Send, async page =>
            {
                var models = (await policies.CurrentAsync(cancellation)).Models;
                return new PageWork([.. page.Where(row => IsConcerned(request, models, row.Segment)).Select(row => row.Id)]);
            },
            cancellation);
    }

    private static bool IsConcerned(RescoreRequest request, ModelRegistry models, string segment) => request.Segments is not { } segments
        || segments.Contains(segment)
        || (segments.Contains(ModelRegistry.Fallback) && !models.Assignments.ContainsKey(segment));
}
