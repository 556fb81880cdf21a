using System.Buffers;
using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;
using HealthApi.Core.Input;

namespace HealthApi.Api.Scoring;

/// <summary>Scores the lines of a stream, one after another.</summary>
internal sealed class LineScorer(AccountScorer scorer, ScoreErrors errors, Utf8Output output)
{
    private long _index;

    public Utf8Output Output => output;

    /// <summary>Whether a part of the answer has been sent, so that a mistake can only be reported in the stream.</summary>
    public bool Started { get; set; }

    /// <summary>
    /// Appends the result of a line, which is null if it was too long. A mistake is returned as a problem before the answer has started,
    /// and appended as an error line after that.
    /// </summary>
    public Problem? Score(in ReadOnlySequence<byte>? line)
    {
        if (line is not { } given)
        {
            var detail = $"Line {_index} has more than {LineSplitter.MaxLineBytes:N0} bytes.";
            return Report(new Problem(ProblemType.TooLarge, detail), ErrorCodes.TooLarge, detail);
        }

        if (given.IsSingleSegment) return Score(given.FirstSpan);
        var copy = ArrayPool<byte>.Shared.Rent((int)given.Length);
        given.CopyTo(copy);
        var problem = Score(copy.AsSpan(0, (int)given.Length));
        ArrayPool<byte>.Shared.Return(copy);
        return problem;
    }

    private Problem? Score(ReadOnlySpan<byte> text)
    {
        var line = (_index == 0 && text.StartsWith("\uFEFF"u8) ? text[3..] : text).Trim(" \t\r"u8);
        if (line.IsEmpty) return null;
        try
        {
            var json = new Utf8JsonReader(line);
            json.Read();
            scorer.Read(ref json, new AccountPlace("", _index));

            // Reads on to check that nothing follows the account on its line.
            json.Read();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            var detail = $"Line {_index} is not well-formed JSON.";
            return Report(JsonSyntax.Malformed(detail), DocumentErrorCodes.InvalidJson, detail);
        }

        if (errors.ToProblem() is { } problem) return Report(problem, scorer.Id);
        scorer.Write(output);
        output.Raw("\n"u8);
        _index++;
        return null;
    }

    private Problem? Report(Problem problem, string code, string detail)
    {
        errors.Clear();
        errors.Add($"/{_index}", code, detail);
        return Report(problem, null);
    }

    private Problem? Report(Problem problem, string? id)
    {
        if (!Started) return problem;
        output.Raw(JsonSerializer.SerializeToUtf8Bytes(new { index = _index, id, errors = errors.All }, Json.Answers));
        output.Raw("\n"u8);
        errors.Clear();
        _index++;
        return null;
    }
}
