using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Documents;
using HealthApi.Core.Scoring;
using HealthApi.Core.Validation;

namespace HealthApi.Api.Scoring;

/// <summary>
/// Scores one JSON document. The answer is complete before its first byte leaves, so that a mistake in the last account is still a 422.
/// Where <c>model</c> comes first, as it should, the body is walked once.
/// </summary>
internal sealed class ScoreDocument
{
    public const int MaxAccounts = 10_000, MaxBytes = 30_000_000;

    private readonly ScoreOptions _options;
    private readonly EvaluationPolicy _policy;
    private readonly Utf8Output _output;
    private readonly ScoreErrors _errors = new();
    private HealthModel? _model;
    private bool _modelGiven;
    private bool _accountsGiven;
    private long _count;

    private ScoreDocument(ScoreOptions options, EvaluationPolicy policy, Utf8Output output) => (_options, _policy, _output) = (options, policy, output);

    /// <summary>Writes the answer to a body, or returns the problem that stands in its way; the output is then of no use.</summary>
    public static Problem? Score(ReadOnlySpan<byte> body, ScoreOptions options, EvaluationPolicy policy, Utf8Output output)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body)) return RequestJson.Malformed("The body is not valid UTF-8.");
        try
        {
            return new ScoreDocument(options, policy, output).Read(body);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return RequestJson.CheckSyntax(body) ?? RequestJson.Malformed("The body is not well-formed JSON.");
        }
    }

    private Problem? Read(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) return RequestJson.Malformed("The body must be an object with accounts.");
        ReadOnlySpan<byte> waiting = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("model"u8)) ReadModel(ref json, body);
            else if (!json.ValueTextEquals("accounts"u8)) SkipUnknown(ref json);
            else if (_modelGiven) ReadAccounts(ref json);
            else waiting = TakeAccounts(ref json, body);
            if (_count > MaxAccounts) return TooMany();
        }

        // Reading on makes sure that nothing follows the document.
        json.Read();
        return Finish(waiting);
    }

    private Problem? Finish(ReadOnlySpan<byte> waiting)
    {
        if (!_modelGiven) _model = _options.Choose(_policy.Models, _errors);
        else if (_options.Model is not null) _errors.Add("?model", ErrorCodes.NotAllowed, "The body names the model already.");
        if (!_accountsGiven) _errors.Add("/accounts", ErrorCodes.Required, "'accounts' is required.");
        if (!waiting.IsEmpty)
        {
            var json = new Utf8JsonReader(waiting);
            json.Read();
            ScoreAll(ref json);
        }

        return _count > MaxAccounts ? TooMany() : _errors.ToProblem();
    }

    private void ReadModel(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        Once(ref _modelGiven, "/model");
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            _model = ScoreOptions.Find(json.GetString()!, "/model", _policy.Models, _errors);
        }
        else if (json.TokenType == JsonTokenType.StartObject)
        {
            var reading = HealthModelReader.Read(Value(ref json, body), "/model");
            foreach (var error in reading.Errors) _errors.Add(error);
            _model = reading.Value;
        }
        else
        {
            _errors.Add("/model", ErrorCodes.WrongType, "Must be the id of a model or a model document.");
            json.Skip();
        }
    }

    private void ReadAccounts(ref Utf8JsonReader json)
    {
        Once(ref _accountsGiven, "/accounts");
        json.Read();
        ScoreAll(ref json);
    }

    private ReadOnlySpan<byte> TakeAccounts(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        Once(ref _accountsGiven, "/accounts");
        json.Read();
        return Value(ref json, body);
    }

    private void ScoreAll(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            _errors.Add("/accounts", ErrorCodes.WrongType, "Must be an array of accounts.");
            json.Skip();
            return;
        }

        // Without a good model there is an error already: the accounts are read for their mistakes only.
        var model = _model ?? _policy.Models.Active;
        var scorer = new AccountScorer(model, _policy.Rules, _options.Explain, _errors);
        WriteOpening(model);
        for (_count = 0; json.Read() && json.TokenType != JsonTokenType.EndArray && _count <= MaxAccounts; _count++)
        {
            scorer.Read(ref json, new AccountPlace("/accounts", _count));
            if (_errors.Any) continue;
            if (_count > 0) _output.Raw(","u8);
            scorer.Write(_output);
        }

        _output.Raw("]}"u8);
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
        var pointer = "/" + JsonPointers.Escape(json.GetString()!);
        _errors.Add(pointer, ErrorCodes.UnknownMember, "A scoring request has model and accounts.");
        json.Read();
        json.Skip();
    }

    private void Once(ref bool seen, string pointer)
    {
        if (seen) _errors.Add(pointer, DocumentErrorCodes.DuplicateMember, "The member is given twice.");
        seen = true;
    }

    private static ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return body[start..(int)json.BytesConsumed];
    }

    private static Problem TooMany() => new(ProblemType.TooLarge, $"At most {MaxAccounts:N0} accounts a request; send application/x-ndjson for more.");
}
