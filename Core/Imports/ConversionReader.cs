using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>Reads the members that define the conversion of a cell's text.</summary>
internal sealed class ConversionReader
{
    public static readonly string[] Members = ["scale", "decimal", "round", "format", "timeZone", "timeOfDay", "plus"];

    private const int LongestFormat = 64;

    private static readonly string[] Targets = ["text", "number", "integer", "boolean", "time"];

    private static readonly string[] NumberMembers = ["scale", "decimal", "round"],
        TimeMembers = ["format", "timeZone", "timeOfDay", "plus"];

    private static readonly Dictionary<string, long> Units = new(StringComparer.Ordinal)
    {
        ["seconds"] = TimeSpan.TicksPerSecond,
        ["minutes"] = TimeSpan.TicksPerMinute,
        ["hours"] = TimeSpan.TicksPerHour,
        ["days"] = TimeSpan.TicksPerDay,
    };

    private string _target = "";
    private decimal _scale = 1;
    private char _separator = '.';
    private NumberRounding? _rounding;
    private string? _format;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private TextTemplate? _timeOfDay;
    private Duration? _plus;

    /// <summary>False if the member does not belong to a conversion.</summary>
    public bool TryRead(ref DocumentReader document, MappingColumns columns)
    {
        switch (document.Member)
        {
            case "as": _target = document.Choice(Targets) ?? ""; return true;
            case "scale": _scale = (decimal)(document.Number(-1e9, 1e9) ?? 1); return true;
            case "decimal": _separator = document.Choice([".", ","])?[0] ?? '.'; return true;
            case "round": _rounding = NumberRounding.Read(ref document); return true;
            case "format": _format = document.Text(LongestFormat); return true;
            case "timeZone": _zone = ReadZone(ref document); return true;
            case "timeOfDay": _timeOfDay = MappedValueReader.Template(ref document, columns); return true;
            case "plus": _plus = ReadPlus(ref document, columns); return true;
            default: return false;
        }
    }

    /// <summary>
    /// Call it after the object was read: members that are not allowed with the target are errors. Without <c>as</c> the target is inferred
    /// from the members: a time, a number, or else a text.
    /// </summary>
    public Conversion Build(ref DocumentReader document)
    {
        if (_target.Length == 0) _target = Infer(ref document);
        Refuse(ref document, NumberMembers, _target is "number" or "integer");
        Refuse(ref document, TimeMembers, _target == "time");
        return _target switch
        {
            "number" or "integer" => new ToNumber(_target == "integer", _scale, _separator, _rounding),
            "boolean" => new ToFlag(),
            "time" => new ToTime(_format, _zone, _timeOfDay, _plus),
            _ => new ToText(),
        };
    }

    private static string Infer(ref DocumentReader document) =>
        document.HadOf(TimeMembers) > 0 ? "time" : document.HadOf(NumberMembers) > 0 ? "number" : "text";

    private void Refuse(ref DocumentReader document, string[] members, bool fits)
    {
        foreach (var name in members)
        {
            if (!fits && document.Had(name))
                document.Fail(ErrorCodes.NotAllowed, $"'{name}' is not allowed with \"as\": \"{_target}\".", "/" + name);
        }
    }

    private static TimeZoneInfo ReadZone(ref DocumentReader document)
    {
        if (document.Text(LongestFormat) is not { } id) return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        document.Fail(ErrorCodes.Unknown, "Must be a time zone such as Europe/Berlin or UTC.");
        return TimeZoneInfo.Utc;
    }

    private static Duration? ReadPlus(ref DocumentReader document, MappingColumns columns)
    {
        if (!document.BeginObject()) return null;
        var (column, unit) = (0, (string?)null);
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "column": column = ColumnValueReader.Column(ref document, columns); break;
                case "unit": unit = document.Choice(Units.Keys); break;
                default: document.UnknownMember("column", "unit"); break;
            }
        }

        document.Require("column", "unit");
        return unit is null ? null : new Duration(column, Units[unit]);
    }
}
