namespace HealthApi.Infrastructure.Jobs;

/// <summary>The words of <see cref="Job.Status"/>.</summary>
public static class JobStatus
{
    public const string Queued = "queued", Running = "running", Succeeded = "succeeded", Failed = "failed";

    public static IReadOnlyList<string> All { get; } = [Queued, Running, Succeeded, Failed];
}

/// <summary>Work in the background, as the store has it.</summary>
public sealed record Job
{
    public string Id { get; init; } = "";

    /// <summary>Which work it is: the name of a <see cref="JobKind"/>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>What is asked, JSON.</summary>
    public string Request { get; init; } = "{}";

    public string Status { get; init; } = JobStatus.Queued;

    /// <summary>Where the work goes on, in the words of its kind; null at the beginning.</summary>
    public string? Position { get; init; }

    /// <summary>How much is done of <see cref="Total"/> (null: not known yet).</summary>
    public long Done { get; init; }

    public long? Total { get; init; }

    /// <summary>What has come of it so far, JSON.</summary>
    public string? Result { get; init; }

    /// <summary>Why it failed, in words for the caller.</summary>
    public string? Error { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>0–1; 1 when it has succeeded.</summary>
    public double Progress => Status == JobStatus.Succeeded ? 1 : Total is > 0 and { } total ? Math.Min(1, (double)Done / total) : 0;
}
