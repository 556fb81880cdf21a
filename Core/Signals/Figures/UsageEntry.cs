using System.Runtime.InteropServices;

namespace HealthApi.Core.Signals.Figures;

/// <summary>The usage of one instant: the sum of quantities in millionths and the number of logins. Ordered by instant alone.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct UsageEntry(long instant, UInt128 millionths, int logins) : ITimed<UsageEntry>
{
    /// <summary>From this number on, the logins are written as a separate number.</summary>
    private const int ManyLogins = 3;

    public readonly long Instant => instant;

    public UInt128 Millionths { get; private set; } = millionths;

    public int Logins { get; private set; } = logins;

    public void Add(UInt128 quantity, int logins)
    {
        Millionths += quantity;
        Logins += logins;
    }

    public readonly int CompareTo(UsageEntry other) => Instant.CompareTo(other.Instant);

    public readonly void WriteContent(ref FigureWriter writer)
    {
        Quantity.Write(ref writer, Millionths, Math.Min(Logins, ManyLogins));
        if (Logins >= ManyLogins)
        {
            writer.Count(Logins);
        }
    }

    public static UsageEntry ReadContent(long instant, ref FigureReader reader)
    {
        var (millionths, logins) = Quantity.Read(ref reader);
        return new UsageEntry(instant, millionths, logins == ManyLogins ? (int)reader.Number() : logins);
    }
}
