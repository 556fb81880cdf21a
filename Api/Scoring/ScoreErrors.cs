using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;

namespace HealthApi.Api.Scoring;

/// <summary>The mistakes of a scoring request; the first hundred are reported.</summary>
internal sealed class ScoreErrors
{
    private const int Most = 100;

    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> All => _errors;

    public bool Any => _errors.Count > 0;

    public void Add(string pointer, string code, string detail) => Add(new FieldError(pointer, code, detail));

    public void Add(FieldError error)
    {
        if (_errors.Count < Most) _errors.Add(error);
    }

    public void Clear() => _errors.Clear();

    /// <summary>A 400 if a member occurs twice, otherwise a 422; null without a mistake.</summary>
    public Problem? ToProblem()
    {
        if (!Any) return null;
        var repeated = _errors.Find(error => error.Code == DocumentErrorCodes.DuplicateMember);
        return repeated is null ? Problem.Invalid([.. _errors])
            : JsonSyntax.Malformed($"The body contains the member at '{repeated.Pointer}' twice.");
    }
}
