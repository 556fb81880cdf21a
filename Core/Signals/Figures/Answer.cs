using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// An answer to a survey. The score is stored in millionths, so that sums are exact in any order. <paramref name="Response"/> is a hash
/// that identifies the response; 0 if the answer has no response id.
/// </summary>
internal readonly record struct Answer(long Instant, int Millionths, ulong Response) : ITimed<Answer>
{
    public const int Unit = 1_000_000;

    /// <summary>
    /// Marks an answer with a response id. No score is written as this number: whole scores are written as even numbers, and as an odd
    /// number 1 would mean 0 millionths, which is a whole score.
    /// </summary>
    private const ulong ResponseFollows = 1;

    public static Answer Of(long instant, double score, string source, string? responseId) =>
        new(instant, (int)Math.Round(score * Unit), responseId is null ? 0 : Hash(source, responseId));

    public double Score => (double)Millionths / Unit;

    public int CompareTo(Answer other)
    {
        if (Instant != other.Instant) return Instant.CompareTo(other.Instant);
        return Millionths != other.Millionths ? Millionths.CompareTo(other.Millionths) : Response.CompareTo(other.Response);
    }

    /// <summary>Writes a whole score in one byte. The lowest bit is set for a fraction.</summary>
    public void WriteContent(ref FigureWriter writer)
    {
        if (Response != 0)
        {
            writer.Number(ResponseFollows);
            writer.Number(Response);
        }

        var whole = Millionths % Unit == 0;
        writer.Number(whole ? (ulong)(Millionths / Unit) << 1 : ((ulong)Millionths << 1) | 1);
    }

    public static Answer ReadContent(long instant, ref FigureReader reader)
    {
        var (number, response) = (reader.Number(), 0UL);
        if (number == ResponseFollows) (response, number) = (reader.Number(), reader.Number());
        return new Answer(instant, (number & 1) == 0 ? (int)(number >> 1) * Unit : (int)(number >> 1), response);
    }

    /// <summary>The hash of a response id; never 0.</summary>
    private static ulong Hash(string source, string responseId) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{responseId}"))) | 1;
}
