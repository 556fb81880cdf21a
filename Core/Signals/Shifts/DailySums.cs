using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Shifts;

/// <summary>
/// The totals of each UTC day of the last 400, and the shift signal that follows from them. Days before that of the last
/// <see cref="Forget"/> stay packed until one of them changes or the day ends, so an event of the present day costs little.
/// </summary>
internal sealed class DailySums(ShiftRule rule)
{
    private const byte IncompleteFlag = 1, PackedFlag = 2, SettledFlag = 4;
    private const int GradeShift = 3, Unread = -1;

    /// <summary>The totals of the days before <see cref="_boundary"/>; null while they are packed.</summary>
    private List<DayTotals>? _past = [];

    /// <summary>The totals from <see cref="_boundary"/> on.</summary>
    private readonly List<DayTotals> _present = [];

    private byte[] _packed = [];
    private int _packedLast, _packedCount;

    /// <summary>The day of the last <see cref="Forget"/>; 0 before the first.</summary>
    private int _boundary;

    /// <summary>The day for which the signal was read last.</summary>
    private int _readDay = Unread;
    private ShiftMark _read;

    /// <summary>
    /// Whether days are unknown because an earlier version, which did not store them, wrote the figures. The signal is missing then.
    /// </summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>The days, ascending, each with at least one event.</summary>
    public IReadOnlyList<DayTotals> Days => [.. Past, .. _present];

    private List<DayTotals> Past => _past ??= DayPacking.Unpack(_packed, _packedLast, _packedCount);

    /// <summary>Adds an event.</summary>
    public void Add(long instant, UInt128 millionths)
    {
        var day = (int)(instant / Instants.Day);
        if (day < _boundary - ShiftDays.Stored) return;
        Add(day >= _boundary ? _present : Past, day, millionths);
        if (day < _readDay) _readDay = Unread;
    }

    /// <summary>The signal on the day of an instant.</summary>
    public ShiftMark MarkAt(long asOf)
    {
        var day = (int)(asOf / Instants.Day);
        if (_readDay == day) return _read;
        _read = IsIncomplete ? default : ShiftMark.Of(ReadingAt(asOf));
        _readDay = day;
        return _read;
    }

    /// <summary>The signal on the day of an instant, with the numbers behind it.</summary>
    public ShiftReading ReadingAt(long asOf) => IsIncomplete ? default : ShiftScan.At((int)(asOf / Instants.Day), Days, rule);

    /// <summary>
    /// The earliest midnight after an instant at which time alone can change the signal; null if there is none. It may be too early.
    /// </summary>
    public long? NextChangeAfter(long asOf)
    {
        if (IsIncomplete) return null;
        var (mark, day) = (MarkAt(asOf), (int)(asOf / Instants.Day));
        var next = mark.Next;
        if (_present.Count > 0 && _present[^1].Day >= day)
        {
            // The events of the present day do not count yet. They are in a base four weeks later, and raise the recent days at once.
            if (mark.Grade != ShiftGrade.Missing && rule.Sign > 0) next = day + 1;
            else if (next == 0) next = _present[^1].Day + ShiftDays.Recent + 1;
        }

        return next == 0 ? null : Math.Max(next, day + 1) * Instants.Day;
    }

    /// <summary>Declares days that are unknown to be without events.</summary>
    public void Complete() => IsIncomplete = false;

    public void Forget(long asOf)
    {
        var day = (int)(asOf / Instants.Day);
        if (day <= _boundary) return;
        var ended = _present.FindIndex(one => one.Day >= day) is var found and >= 0 ? found : _present.Count;
        Past.AddRange(_present.GetRange(0, ended));
        _present.RemoveRange(0, ended);
        Past.RemoveRange(0, Past.FindIndex(one => one.Day >= day - ShiftDays.Stored) is var kept and >= 0 ? kept : Past.Count);
        _boundary = day;
    }

    public void Write(ref FigureWriter writer)
    {
        var mark = MarkAt(_boundary * Instants.Day);
        if (_past is not null) Pack(_past);
        var flags = (IsIncomplete ? IncompleteFlag : 0) | (_packedCount > 0 ? PackedFlag : 0) | (mark.SettledOn > 0 ? SettledFlag : 0)
            | ((int)mark.Grade << GradeShift);
        writer.Byte((byte)flags);
        writer.Count(_boundary);
        if (_packedCount > 0)
        {
            writer.Count(_boundary - _packedLast);
            writer.Count(_packedCount);
            writer.Bytes(_packed);
        }

        writer.Count(mark.Next == 0 ? 0 : mark.Next - _boundary);
        if (mark.SettledOn > 0) writer.Count(_boundary - mark.SettledOn);
        if (mark.IsOn)
        {
            writer.Double(mark.Value);
            writer.Count(_boundary - mark.Since);
        }

        writer.Count(_present.Count);
        foreach (var day in _present)
        {
            writer.Count(day.Day - _boundary);
            writer.Count(day.Count);
            Quantity.Write(ref writer, day.Millionths, 0);
        }
    }

    public void Fill(ref FigureReader reader)
    {
        if (reader.Format < AccountFigures.FirstWithDays)
        {
            IsIncomplete = true;
            return;
        }

        var flags = reader.Byte();
        IsIncomplete = (flags & IncompleteFlag) != 0;
        _boundary = Whole(ref reader);
        if ((flags & PackedFlag) != 0) ReadPacked(ref reader);
        var grade = (ShiftGrade)(flags >> GradeShift);
        if (grade > ShiftGrade.Alarm) throw FigureReader.Corrupt();
        var ahead = Whole(ref reader);
        var settledOn = (flags & SettledFlag) != 0 ? _boundary - Whole(ref reader) : 0;
        var mark = new ShiftMark(grade, 0, 0, settledOn, ahead == 0 ? 0 : _boundary + ahead);
        _read = mark.IsOn ? mark with { Value = reader.Double(), Since = _boundary - Whole(ref reader) } : mark;
        _readDay = _boundary;
        for (var left = reader.Count(); left > 0; left--)
        {
            var (day, count) = (_boundary + Whole(ref reader), Whole(ref reader));
            _present.Add(new DayTotals(day, Quantity.Read(ref reader).Millionths, count));
        }
    }

    private void ReadPacked(ref FigureReader reader)
    {
        _packedLast = _boundary - Whole(ref reader);
        _packedCount = Whole(ref reader);
        _packed = reader.Bytes().ToArray();
        _past = null;
    }

    private static int Whole(ref FigureReader reader) =>
        reader.Number() is var number and <= int.MaxValue ? (int)number : throw FigureReader.Corrupt();

    private void Pack(List<DayTotals> days)
    {
        (_packedLast, _packedCount) = (days.Count == 0 ? 0 : days[^1].Day, days.Count);
        _packed = days.Count == 0 ? [] : DayPacking.Pack(days);
    }

    private static void Add(List<DayTotals> days, int day, UInt128 millionths)
    {
        var index = days.Count;
        while (index > 0 && days[index - 1].Day > day) index--;
        if (index > 0 && days[index - 1].Day == day) days[index - 1] = days[index - 1].Plus(millionths);
        else days.Insert(index, new DayTotals(day, millionths, 1));
    }
}
