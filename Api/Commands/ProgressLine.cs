namespace HealthApi.Api.Commands;

/// <summary>
/// Shows the progress of a command: on a terminal a bar that is redrawn in place, elsewhere a plain line for every tenth. Other lines are
/// written above the bar.
/// </summary>
internal sealed class ProgressLine(TextWriter output, bool interactive)
{
    private const int Width = 24;
    private const double Tenth = 0.1;
    private const string ClearLine = "\r\u001b[K";

    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private string _shown = "";
    private double _nextPlain;
    private long _drawnAt;

    /// <param name="share">0 to 1.</param>
    public void Show(double share, string text)
    {
        lock (_lock)
        {
            if (interactive) Draw(share, text);
            else if (share >= _nextPlain) Print(share, text);
        }
    }

    public void Say(string line)
    {
        lock (_lock)
        {
            output.WriteLine(interactive ? ClearLine + line : line);
            if (interactive) output.Write(_shown);
        }
    }

    /// <summary>Removes the bar; the next one starts at zero.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (interactive && _shown.Length > 0) output.Write(ClearLine);
            (_shown, _nextPlain, _drawnAt) = ("", 0, 0);
            output.Flush();
        }
    }

    private void Draw(double share, string text)
    {
        if (_drawnAt != 0 && TimeProvider.System.GetElapsedTime(_drawnAt) < Redraw) return;
        _drawnAt = TimeProvider.System.GetTimestamp();
        var full = (int)Math.Round(Math.Clamp(share, 0, 1) * Width);
        _shown = $"{new string('█', full)}{new string('░', Width - full)} {share,4:P0}  {text}";
        output.Write(ClearLine + _shown);
        output.Flush();
    }

    private void Print(double share, string text)
    {
        _nextPlain = (Math.Floor(share / Tenth) + 1) * Tenth;
        output.WriteLine($"{share,4:P0}  {text}");
        output.Flush();
    }
}
