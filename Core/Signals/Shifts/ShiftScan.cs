namespace HealthApi.Core.Signals.Shifts;

/// <summary>
/// Finds lasting changes of a daily figure against the account's own base. It goes through the stored days one by one, so its result
/// depends on their totals and on the day alone, not on when it was asked before.
/// </summary>
internal ref struct ShiftScan
{
    private readonly ShiftRule _rule;
    private readonly ShiftTotals _totals;

    /// <summary>The first index that may belong to a base: the day after the first event, or the day of a shift that has settled.</summary>
    private int _floor = 1;

    private int _since = -1;
    private ShiftGrade _grade = ShiftGrade.Steady;
    private ShiftBase _latched;
    private double _greatest;

    /// <summary>The day on which the last shift settled; 0 if it did not.</summary>
    private int _settledOn;

    /// <summary>The days in a row on which a condition has held.</summary>
    private int _watchDays, _alarmDays, _calmDays;

    private ShiftScan(ShiftRule rule, ShiftTotals totals)
    {
        _rule = rule;
        _totals = totals;
    }

    /// <summary>The signal on a day, from the totals of the days before it.</summary>
    /// <param name="days">Ascending; entries of later days do not count.</param>
    public static ShiftReading At(int day, IReadOnlyList<DayTotals> days, ShiftRule rule)
    {
        Span<UInt128> sums = stackalloc UInt128[ShiftTotals.Size];
        Span<long> events = stackalloc long[ShiftTotals.Size];
        var scan = new ShiftScan(rule, new ShiftTotals(day, days, rule.WeighsQuantities, sums, events));
        return scan.Run();
    }

    private ShiftReading Run()
    {
        for (var index = ShiftDays.Recent + ShiftDays.ShortestBase + 1; index <= _totals.Count; index++)
        {
            if (_since >= 0) Follow(index);
            else Watch(index);
        }

        var count = _totals.Count;
        if (_since >= 0) return new ShiftReading(_grade, _greatest, _totals.First + _since, 0, _latched, Recent, Day(count + 1));
        if (count == 0) return new ShiftReading(ShiftGrade.Missing, 0, null, 0, default, 0, 0);
        return _totals.TryBase(count, _floor, out var found)
            ? new ShiftReading(ShiftGrade.Steady, 0, null, _settledOn, found, Recent, NextChange(isMissing: false))
            : new ShiftReading(ShiftGrade.Missing, 0, null, _settledOn, default, 0, NextChange(isMissing: true));
    }

    private readonly double Recent => _totals.RecentMean(_totals.Count);

    private readonly int Day(int index) => _totals.First + index;

    /// <summary>The first day without a shift on which there can be one, or on which the base appears or vanishes.</summary>
    private readonly int NextChange(bool isMissing)
    {
        var forgotten = Forgotten();
        for (var ahead = 1; ahead <= ShiftDays.Recent + ShiftDays.LongestBase + 1; ahead++)
        {
            var index = _totals.Count + ahead;
            var mean = _totals.BaseMean(index, _floor);
            if (mean is null != isMissing) return Math.Min(Day(index), forgotten);
            if (mean is { } level && _rule.MayBeWatch((_totals.RecentMean(index) - level) / level)) return Math.Min(Day(index), forgotten);
        }

        return forgotten == int.MaxValue ? 0 : forgotten;
    }

    /// <summary>
    /// The day on which the first day is no longer stored. Bases then begin after the second one, which makes a difference where they would
    /// have begun earlier.
    /// </summary>
    private readonly int Forgotten()
    {
        var forgotten = _totals.First + ShiftDays.Stored + 1;
        return _totals.Second >= forgotten - ShiftDays.Recent - ShiftDays.LongestBase ? forgotten : int.MaxValue;
    }

    /// <summary>A day without a shift.</summary>
    private void Watch(int index)
    {
        var recent = _totals.RecentMean(index);
        if (_totals.BaseMean(index, _floor) is not { } mean || !_rule.MayBeWatch((recent - mean) / mean)
            || !_totals.TryBase(index, _floor, out var found))
        {
            _watchDays = _alarmDays = 0;
            return;
        }

        var (change, z) = (found.Change(recent), found.Z(recent));
        _watchDays = _rule.IsWatch(change, z) ? _watchDays + 1 : 0;
        _alarmDays = _rule.IsAlarm(change, z) ? _alarmDays + 1 : 0;
        if (_watchDays < ShiftDays.InARow) return;
        (_since, _latched, _greatest, _calmDays, _settledOn) = (index, found, change, 0, 0);
        _grade = _alarmDays >= ShiftDays.InARow ? ShiftGrade.Alarm : ShiftGrade.Watch;
    }

    /// <summary>A day of a shift.</summary>
    private void Follow(int index)
    {
        var recent = _totals.RecentMean(index);
        var change = _latched.Change(recent);
        _greatest = _rule.Greater(_greatest, change);
        _alarmDays = _rule.IsAlarm(change, _latched.Z(recent)) ? _alarmDays + 1 : 0;
        if (_alarmDays >= ShiftDays.InARow) _grade = ShiftGrade.Alarm;
        _calmDays = _rule.IsCalm(change) ? _calmDays + 1 : 0;
        if (_calmDays >= ShiftDays.CalmInARow) End(settledOn: 0);
        else if (index - _since >= ShiftDays.Longest) End(Day(index));
    }

    private void End(int settledOn)
    {
        if (settledOn > 0) _floor = _since;
        (_since, _grade, _settledOn, _watchDays, _alarmDays) = (-1, ShiftGrade.Steady, settledOn, 0, 0);
    }
}
