
namespace HealthApi.Api.Problems;

/// <summary>A value, or the problem that prevents it.</summary>
internal readonly struct Outcome<T>
{
    private Outcome(T? value, Problem? problem) => (Value, Problem) = (value, problem);

    /// <summary>Valid only if <see cref="Problem"/> is null.</summary>
    public T? Value { get; }

    public Problem? Problem { get; }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Problem problem) => new(default, problem);

    public bool Failed(
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Problem? problem,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out T? value)
    {
        (problem, value) = (Problem, Value);
        return problem is not null;
    }
}
