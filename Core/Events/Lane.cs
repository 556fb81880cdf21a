using System.Text;

namespace HealthApi.Core.Events;

/// <summary>The ordered lane an account's events go down: FNV-1a over the UTF-8 id, the same in every process and version.</summary>
public static class Lane
{
    private const uint OffsetBasis = 2166136261, Prime = 16777619;

    /// <summary>A lane from 0 to <paramref name="partitions"/> − 1.</summary>
    public static int Of(string accountId, int partitions)
    {
        Span<byte> utf8 = stackalloc byte[1024];
        var written = Encoding.UTF8.GetBytes(accountId.AsSpan(0, Math.Min(accountId.Length, 256)), utf8);
        var hash = OffsetBasis;
        foreach (var value in utf8[..written]) hash = (hash ^ value) * Prime;
        return (int)(hash % (uint)partitions);
    }
}
