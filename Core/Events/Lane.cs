using System.Text;

namespace HealthApi.Core.Events;

/// <summary>Assigns accounts to lanes by FNV-1a over the UTF-8 id; the result is the same in every process and version.</summary>
public static class Lane
{
    private const uint OffsetBasis = 2166136261, Prime = 16777619;

    private const int Considered = 256;

    /// <summary>The lane of an account, from 0 to <paramref name="partitions"/> − 1.</summary>
    public static int Of(string accountId, int partitions)
    {
        ArgumentNullException.ThrowIfNull(accountId);
        var id = accountId.AsSpan(0, Math.Min(accountId.Length, Considered));
        return (int)((Ascii.IsValid(id) ? OfAscii(id) : OfUtf8(id)) % (uint)partitions);
    }

    private static uint OfAscii(ReadOnlySpan<char> id)
    {
        var hash = OffsetBasis;
        foreach (var character in id) hash = (hash ^ character) * Prime;
        return hash;
    }

    private static uint OfUtf8(ReadOnlySpan<char> id)
    {
        Span<byte> utf8 = stackalloc byte[Considered * 3];
        var hash = OffsetBasis;
        foreach (var value in utf8[..Encoding.UTF8.GetBytes(id, utf8)]) hash = (hash ^ value) * Prime;
        return hash;
    }
}
