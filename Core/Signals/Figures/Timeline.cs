namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// Entries ordered by (instant, content), independent of the order in which they were added. Equal entries are stored as often as they were
/// added.
/// </summary>
internal sealed class Timeline<T> : IFigure<Timeline<T>>
    where T : struct, ITimed<T>
{
    private T[] _items = [];
    private int _count;

    public int Count => _count;

    public Span<T> Items => _items.AsSpan(0, _count);

    /// <summary>The instant of the newest entry; none if there is no entry.</summary>
    public long Newest => _count == 0 ? Instants.None : _items[_count - 1].Instant;

    public void Add(T item)
    {
        var index = _count == 0 || _items[_count - 1].CompareTo(item) <= 0 ? _count : Search(item);
        Insert(index < 0 ? ~index : index, item);
    }

    /// <summary>The index of an equal entry, or the complement of the index at which it would be inserted.</summary>
    public int Search(T item) => Items.BinarySearch(item);

    public void Insert(int index, T item)
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(4, _count * 2));
        }

        Array.Copy(_items, index, _items, index + 1, _count - index);
        _items[index] = item;
        _count++;
    }

    public void RemoveRange(int start, int count)
    {
        Array.Copy(_items, start + count, _items, start, _count - start - count);
        _count -= count;
    }

    /// <summary>The index of the first entry after the instant.</summary>
    public int IndexAfter(long instant)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_items[middle].Instant > instant)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    public int CountAfter(long instant) => _count - IndexAfter(instant);

    public ReadOnlySpan<T> After(long instant) => Items[IndexAfter(instant)..];

    /// <summary>Removes every entry up to and including the instant.</summary>
    public void Forget(long upTo) => RemoveRange(0, IndexAfter(upTo));

    /// <summary>Removes every entry up to and including the instant, except the newest entry.</summary>
    public void ForgetButNewest(long upTo) => RemoveRange(0, Math.Min(IndexAfter(upTo), Math.Max(0, _count - 1)));

    public void Write(ref FigureWriter writer) => Write(ref writer, writer.Anchor);

    /// <summary>
    /// Writes the entries newest first, each as the distance to the entry after it, and the newest as the distance to
    /// <paramref name="end"/>.
    /// </summary>
    public void Write(ref FigureWriter writer, long end)
    {
        writer.Count(_count);
        for (var index = _count - 1; index >= 0; index--)
        {
            ref readonly var item = ref _items[index];
            writer.Span(end - item.Instant);
            item.WriteContent(ref writer);
            end = item.Instant;
        }
    }

    public static Timeline<T> Read(ref FigureReader reader)
    {
        var timeline = new Timeline<T>();
        timeline.Fill(ref reader);
        return timeline;
    }

    public void Fill(ref FigureReader reader) => Fill(ref reader, reader.Anchor);

    /// <summary>Replaces the entries by those of the reader.</summary>
    public void Fill(ref FigureReader reader, long end)
    {
        _count = reader.Count();
        _items = _count == 0 ? [] : new T[_count + 1];
        for (var index = _count - 1; index >= 0; index--)
        {
            end -= reader.Span();
            _items[index] = T.ReadContent(end, ref reader);
        }
    }
}
