using System.Text.Json;
using HealthApi.Api.Serialization;

namespace HealthApi.Api.Scoring;

/// <summary>The accounts of a checked request that are still to be scored; a large answer is written chunk by chunk.</summary>
/// <param name="scorer">Scores them.</param>
/// <param name="at">The place in the body where the next account, or the end of the array, begins.</param>
/// <param name="state">The reader's state there.</param>
/// <param name="count">Accounts that are already scored.</param>
internal sealed class ScoreRest(AccountScorer scorer, int at, JsonReaderState state, long count)
{
    /// <summary>The size of a chunk, in bytes.</summary>
    public const int ChunkBytes = 256 * 1024;

    private int _at = at;
    private JsonReaderState _state = state;
    private long _count = count;

    /// <summary>Appends results until a chunk is full; false once the last result and the end of the answer are written.</summary>
    public bool Next(ReadOnlySpan<byte> body, Utf8Output output)
    {
        var json = new Utf8JsonReader(body[_at..], isFinalBlock: true, _state);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            scorer.Read(ref json, new AccountPlace("/accounts", _count++));
            output.Raw(","u8);
            scorer.Write(output);
            if (output.Length < ChunkBytes) continue;
            (_at, _state) = (_at + (int)json.BytesConsumed, json.CurrentState);
            return true;
        }

        output.Raw("]}"u8);
        return false;
    }
}
