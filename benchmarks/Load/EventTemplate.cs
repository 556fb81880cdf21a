using System.Buffers.Text;

namespace HealthApi.Benchmarks.Load;

/// <summary>
/// Bytes of events, with the positions of each event's id and of the microseconds of its time. Stamping makes every event a new one without
/// building JSON during the measurement.
/// </summary>
internal sealed class EventTemplate(byte[] bytes, IReadOnlyList<(int Id, int Microseconds)> places, IReadOnlyList<int>? accounts = null)
{
    public const int IdDigits = 12, MicrosecondDigits = 6, AccountDigits = 7;

    private const uint Scatter = 2_654_435_761;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public int Events => places.Count;

    /// <summary>Numbers the events from <paramref name="first"/> on and varies their times within the second.</summary>
    public void Stamp(long first)
    {
        for (var index = 0; index < places.Count; index++)
        {
            Write(places[index].Id, IdDigits, first + index);
            Write(places[index].Microseconds, MicrosecondDigits, (uint)(first + index) * Scatter % 1_000_000);
        }
    }

    /// <summary>The same, and gives each event its account; only for templates with places for accounts.</summary>
    public void Stamp(long first, ReadOnlySpan<int> numbers)
    {
        Stamp(first);
        for (var index = 0; index < numbers.Length; index++) Write(accounts![index], AccountDigits, numbers[index]);
    }

    private void Write(int at, int digits, long number) =>
        Utf8Formatter.TryFormat(number, bytes.AsSpan(at, digits), out _, new System.Buffers.StandardFormat('D', (byte)digits));
}
