using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Scoring;
using HealthApi.Core.Validation;

namespace HealthApi.Api.Scoring;

/// <summary>What the query of a scoring request says: the id of the model, if any, and whether the score is explained (it is by default).</summary>
internal sealed record ScoreOptions(string? Model, bool Explain)
{
    public static Outcome<ScoreOptions> Read(HttpRequest request)
    {
        var model = request.Query["model"];
        return request.Query["explain"].ToString() switch
        {
            "" when request.Query["explain"].Count == 0 => new ScoreOptions(model, true),
            "true" => new ScoreOptions(model, true),
            "false" => new ScoreOptions(model, false),
            _ => Problem.Invalid("?explain", ErrorCodes.WrongType, "Must be true or false."),
        };
    }

    /// <summary>The model that the query names, the active one where it names none; null and an error where there is no such model.</summary>
    public HealthModel? Choose(ModelRegistry models, ScoreErrors errors) => Model is null ? models.Active : Find(Model, "?model", models, errors);

    public static HealthModel? Find(string id, string pointer, ModelRegistry models, ScoreErrors errors)
    {
        var found = models.Get(id);
        if (found is null)
        {
            var nearest = NearestName.Of(id, models.All.Select(model => model.Id));
            errors.Add(pointer, ErrorCodes.Unknown, $"There is no such model; the nearest is '{nearest}'.");
        }

        return found;
    }
}
