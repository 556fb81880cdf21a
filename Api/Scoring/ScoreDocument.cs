using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;

namespace HealthApi.Api.Scoring;

/// <summary>
/// Scores one JSON document. Every account is checked before the first byte of the answer is sent, so that a mistake in the last account is
/// still a 422. The body is read once if <c>model</c> precedes <c>accounts</c> and the answer fits into one chunk. The rest of a larger
/// answer is left to <see cref="Rest"/>.
/// </summary>
internal sealed class ScoreDocument
{
    public const int MaxAccounts = 10_000, MaxBytes = 30_000_000;

    /// <summary>The largest product of accounts and measures of the model: it bounds the work for one answer.</summary>
    public const long MaxWork = 2_000_000;

    private const int MaxModelBytes = 1024 * 1024;

    private readonly ScoreOptions _options;
    private readonly EvaluationPolicy _policy;
    private readonly Utf8Output _output;
    private readonly ScoreErrors _errors = new();
    private readonly ScoreErrors _accountErrors = new();
    private HealthModel? _model;
    private string? _modelId;
    private int? _version;
    private bool _modelGiven;
    private bool _versionGiven;
    private bool _scored;
    private bool _accountsGiven;
    private bool _isModelTooLarge;
    private long _count;
    private int _accountsAt;

    private ScoreDocument(ScoreOptions options, EvaluationPolicy policy, Utf8Output output) =>
        (_options, _policy, _output) = (options, policy, output);

    /// <summary>The accounts that are still to be scored; null if the output contains the whole answer.</summary>
    private ScoreRest? Rest { get; set; }

    /// <summary>
    /// Writes the answer, or its first chunk, to the output. Returns the problem of a wrong request; the output is then incomplete.
    /// </summary>
    public static Problem? Score(
        ReadOnlySpan<byte> body, ScoreOptions options, EvaluationPolicy policy, Utf8Output output, out ScoreRest? rest)
    {
        rest = null;
        if (!System.Text.Unicode.Utf8.IsValid(body)) return JsonSyntax.Malformed("The body is not valid UTF-8.");
        try
        {
            var document = new ScoreDocument(options, policy, output);
            var problem = document.Read(body);
            rest = document.Rest;
            return problem;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return JsonSyntax.Check(body) ?? JsonSyntax.Malformed("The body is not well-formed JSON.");
        }
    }

    private Problem? Read(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) return JsonSyntax.Malformed("The body must be an object with accounts.");
        ReadOnlySpan<byte> waiting = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("model"u8)) ReadModel(ref json, body);
            else if (json.ValueTextEquals("version"u8)) ReadVersion(ref json);
            else if (!json.ValueTextEquals("accounts"u8)) SkipUnknown(ref json);
            else waiting = ReadAccounts(ref json, body);
            if (_count > MaxAccounts) return TooMany();
            if (_isModelTooLarge) return new Problem(ProblemType.TooLarge, $"A model document may have at most {MaxModelBytes:N0} bytes.");
        }

        // Reads on to check that nothing follows the document.
        json.Read();
        return Finish(waiting);
    }

    private Problem? Finish(ReadOnlySpan<byte> waiting)
    {
        if (!_modelGiven) _model = _options.Choose(_policy.Models, _errors);
        else if (_options.Model is not null) _errors.Add("?model", ErrorCodes.NotAllowed, "The body already names the model.");
        if (_version is not null && _modelId is null)
            _errors.Add("/version", ErrorCodes.NotAllowed, "A version needs the id of a model.");
        if (!_accountsGiven) _errors.Add("/accounts", ErrorCodes.Required, "'accounts' is required.");
        if (!_scored) Resolve();
        if (!_scored && !waiting.IsEmpty)
        {
            var json = new Utf8JsonReader(waiting);
            json.Read();
            ScoreAll(ref json, _accountsAt);
        }

        if (_count > MaxAccounts) return TooMany();
        if (!_errors.Any && !_accountErrors.Any && _count * Measures(_model!) > MaxWork) return TooMuch(Measures(_model!));
        foreach (var error in _accountErrors.All) _errors.Add(error);
        return _errors.ToProblem();
    }

    /// <summary>Looks up the model whose id the request names, unless it has been looked up already.</summary>
    private void Resolve()
    {
        if (_modelId is not null && _model is null)
            _model = ScoreOptions.Find(_modelId, _version, ("/model", "/version"), _policy.Models, _errors);
    }

    private void ReadModel(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        Once(ref _modelGiven, "/model");
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            _modelId = json.GetString()!;
        }
        else if (json.TokenType == JsonTokenType.StartObject)
        {
            var document = Value(ref json, body);
            _isModelTooLarge = document.Length > MaxModelBytes;
            if (!_isModelTooLarge) ReadDocument(document);
        }
        else
        {
            _errors.Add("/model", ErrorCodes.WrongType, "Must be the id of a model or a model document.");
            json.Skip();
        }
    }

    /// <summary>Reads a model document, or the reference to a stored model in the form of the answers.</summary>
    private void ReadDocument(ReadOnlySpan<byte> document)
    {
        if (ModelChoice.TryRead(document) is { } choice)
        {
            _model = ScoreOptions.Find(choice.Id, choice.Version, ("/model/id", "/model/version"), _policy.Models, _errors);
            return;
        }

        var reading = HealthModelReader.Read(document, "/model");
        foreach (var error in reading.Errors) _errors.Add(error);
        _model = reading.Value;
    }

    private void ReadVersion(ref Utf8JsonReader json)
    {
        Once(ref _versionGiven, "/version");
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return;
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var version) && version > 0) _version = version;
        else _errors.Add("/version", ErrorCodes.WrongType, "Must be a whole number from 1.");
        json.Skip();
        if (!_scored || _errors.Any || _modelId is null) return;

        // The accounts preceded the version: they were scored with another version and are scored again at the end.
        (_scored, _count, _model, Rest) = (false, 0, null, null);
        _accountErrors.Clear();
        _output.Clear();
    }

    /// <summary>Scores the accounts if the model is known, and returns their bytes for later.</summary>
    private ReadOnlySpan<byte> ReadAccounts(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        Once(ref _accountsGiven, "/accounts");
        json.Read();
        _accountsAt = (int)json.TokenStartIndex;
        if (!_modelGiven) return Value(ref json, body);
        Resolve();
        ScoreAll(ref json, 0);
        return body[_accountsAt..(int)json.BytesConsumed];
    }

    /// <param name="json">Positioned at the accounts.</param>
    /// <param name="origin">The place in the body where the reader's text begins.</param>
    private void ScoreAll(ref Utf8JsonReader json, int origin)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            _errors.Add("/accounts", ErrorCodes.WrongType, "Must be an array of accounts.");
            json.Skip();
            return;
        }

        // Without a model there already is an error: the accounts are read only for their mistakes.
        var model = _model ?? _policy.Models.Active;
        var scorer = new AccountScorer(model, _policy.Rules, _options.Explain, _accountErrors);
        WriteOpening(model);
        _scored = true;
        for (_count = 0; json.Read() && json.TokenType != JsonTokenType.EndArray && _count <= MaxAccounts; _count++)
        {
            scorer.Read(ref json, new AccountPlace("/accounts", _count));
            if (Rest is not null || _errors.Any || _accountErrors.Any) continue;
            if (_count > 0) _output.Raw(","u8);
            scorer.Write(_output);
            if (_output.Length >= ScoreRest.ChunkBytes)
                Rest = new ScoreRest(scorer, origin + (int)json.BytesConsumed, json.CurrentState, _count + 1);
        }

        if (Rest is null) _output.Raw("]}"u8);
    }

    private void WriteOpening(HealthModel model)
    {
        _output.Raw("{\"model\":{\"id\":"u8);
        _output.Text(model.Id);
        _output.Raw(",\"version\":"u8);
        _output.Number(model.Version);
        _output.Raw("},\"results\":["u8);
    }

    private void SkipUnknown(ref Utf8JsonReader json)
    {
        var pointer = "/" + JsonPointer.Escape(json.GetString()!);
        _errors.Add(pointer, ErrorCodes.UnknownMember, "A scoring request has only model, version and accounts.");
        json.Read();
        json.Skip();
    }

    private void Once(ref bool seen, string pointer)
    {
        if (seen) _errors.Add(pointer, DocumentErrorCodes.DuplicateMember, "The request contains this member twice.");
        seen = true;
    }

    private static ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return body[start..(int)json.BytesConsumed];
    }

    private static long Measures(HealthModel model) => model.Components.Sum(component => (long)component.Measures.Length);

    private static Problem TooMuch(long measures) => new(
        ProblemType.TooLarge,
        $"With a model of {measures:N0} measures at most {MaxWork / measures:N0} accounts; send application/x-ndjson for more.");

    private static Problem TooMany() =>
        new(ProblemType.TooLarge, $"At most {MaxAccounts:N0} accounts per request; send application/x-ndjson for more.");
}
