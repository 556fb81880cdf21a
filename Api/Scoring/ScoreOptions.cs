using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring;

namespace HealthApi.Api.Scoring;

/// <summary>
/// The query of a scoring request: id and version of the model, if given, and whether the score is explained (by default it is).
/// </summary>
internal sealed record ScoreOptions(string? Model, int? Version, bool Explain)
{
    public static Outcome<ScoreOptions> Read(HttpRequest request)
    {
        var model = request.Query["model"];
        if (QueryValues.ReadWhole(request, "version", out var version) is { } badVersion) return badVersion;
        if (version is not null && model.Count == 0) return Problem.Invalid("?version", ErrorCodes.NotAllowed, "Name the model too.");
        return QueryValues.Flag(request, "explain", absent: true).Failed(out var problem, out var explain) ? problem
            : new ScoreOptions(model, version, explain.Value);
    }

    /// <summary>The model that the query names, by default the active one. Null, and an error, if it does not exist.</summary>
    public HealthModel? Choose(ModelRegistry models, ScoreErrors errors) =>
        Model is null ? models.Active : Find(Model, Version, ("?model", "?version"), models, errors);

    /// <summary>
    /// The model with this id, by default in its newest version. Null, and an error at one of the pointers, if it does not exist.
    /// </summary>
    public static HealthModel? Find(string id, int? version, (string Id, string Version) pointers, ModelRegistry models, ScoreErrors errors)
    {
        if (models.Get(id, version) is { } found) return found;
        if (models.Get(id) is { } newest)
        {
            errors.Add(pointers.Version, ErrorCodes.Unknown, $"There is no such version; the newest is {newest.Version}.");
            return null;
        }

        errors.Add(pointers.Id, ErrorCodes.Unknown, UnknownWord.Detail(id, "a model", models.All.Select(model => model.Id)));
        return null;
    }
}
