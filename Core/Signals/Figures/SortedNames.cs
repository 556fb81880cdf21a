namespace HealthApi.Core.Signals.Figures;

/// <summary>A map from names to values, sorted ordinally by name.</summary>
internal sealed class SortedNames<T>
    where T : IFigure<T>
{
    private string[] _names = [];
    private T[] _values = [];
    private int _count;

    public int Count => _count;

    public ReadOnlySpan<string> Names => _names.AsSpan(0, _count);

    public Span<T> Values => _values.AsSpan(0, _count);

    /// <summary>The index of the name, or the complement of the index at which it would be inserted.</summary>
    public int Find(string name)
    {
        var (low, high) = (0, _count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_names[middle], name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    /// <summary>The value of a name; adds <paramref name="initial"/> if the name is new.</summary>
    public ref T GetOrAdd(string name, T initial)
    {
        var index = Find(name);
        if (index < 0)
        {
            index = ~index;
            Insert(index, name, initial);
        }

        return ref _values[index];
    }

    /// <summary>Removes the names whose value does not pass.</summary>
    public void Keep<TState>(TState state, Func<T, TState, bool> passes)
    {
        var kept = 0;
        for (var index = 0; index < _count; index++)
        {
            if (passes(_values[index], state))
            {
                (_names[kept], _values[kept]) = (_names[index], _values[index]);
                kept++;
            }
        }

        Array.Clear(_names, kept, _count - kept);
        Array.Clear(_values, kept, _count - kept);
        _count = kept;
    }

    public void Write(ref FigureWriter writer)
    {
        writer.Count(_count);
        for (var index = 0; index < _count; index++)
        {
            writer.Name(_names[index]);
            _values[index].Write(ref writer);
        }
    }

    /// <summary>Replaces the names and values by those of the reader.</summary>
    public void Fill(ref FigureReader reader)
    {
        _count = reader.Count();
        _names = _count == 0 ? [] : new string[_count + 1];
        _values = _count == 0 ? [] : new T[_count + 1];
        for (var index = 0; index < _count; index++)
        {
            _names[index] = reader.Name();
            _values[index] = T.Read(ref reader);
        }
    }

    private void Insert(int index, string name, T value)
    {
        if (_count == _names.Length)
        {
            var size = Math.Max(4, _count * 2);
            Array.Resize(ref _names, size);
            Array.Resize(ref _values, size);
        }

        Array.Copy(_names, index, _names, index + 1, _count - index);
        Array.Copy(_values, index, _values, index + 1, _count - index);
        (_names[index], _values[index]) = (name, value);
        _count++;
    }
}
