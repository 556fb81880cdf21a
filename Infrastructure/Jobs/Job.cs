namespace HealthApi.Infrastructure.Jobs;

/// <summary>The values of <see cref="Job.Status"/>.</summary>
public static class JobStatus
{
    public const string Queued = "queued", Running = "running", Succeeded = "succeeded", Failed = "failed";

    public static IReadOnlyList<string> All { get; } = [Queued, Running, Succeeded, Failed];
}

/// <summary>A background job as stored.</summary>
public sealed record Job
{
    public string Id { get; init; } = "";

    /// <summary>The name of the <see cref="JobKind"/> that runs it.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The parameters of the job, as JSON.</summary>
    public string Request { get; init; } = "{}";

    public string Status { get; init; } = JobStatus.Queued;

    /// <summary>Where the work continues, in a format of the job's kind; null before the first step and after the end.</summary>
    public string? Position { get; init; }

    /// <summary>Units of work done, out of <see cref="Total"/>, which is null while it is unknown.</summary>
    public long Done { get; init; }

    public long? Total { get; init; }

    /// <summary>The result so far, as JSON.</summary>
    public string? Result { get; init; }

    /// <summary>Why the job failed, in words for the caller; null otherwise.</summary>
    public string? Error { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The fraction of the work that is done, 0–1; 1 once the job has succeeded.</summary>
    public double Progress => Status == JobStatus.Succeeded ? 1 : Total is > 0 and { } total ? Math.Min(1, (double)Done / total) : 0;
}
