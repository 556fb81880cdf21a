using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The answers of one survey family, as far back as <paramref name="horizon"/>, and the newest however old. The windows that count them are
/// multiples of <paramref name="step"/> up to the horizon.
/// </summary>
internal sealed class ResponseFigures(long horizon, long step) : IFamilyFigures
{
    public Timeline<Answer> Answers { get; } = new();

    public long Newest => Answers.Newest;

    /// <summary>
    /// Of several answers that state the same response only the newest counts; of two at one instant the greater. Which stays depends on
    /// the set of answers alone, and what it displaces is older, so it leaves every window first: neither order nor forgetting shows.
    /// </summary>
    public void Apply(string source, ResponseData data, long instant)
    {
        var answer = Answer.Of(instant, data.Score, source, data.ResponseId);
        if (answer.Response != 0 && Stated(answer.Response) is { } index)
        {
            if (Answers.Items[index].CompareTo(answer) >= 0) return;
            Answers.RemoveRange(index, 1);
        }

        Answers.Add(answer);
    }

    public void Forget(long asOf) => Answers.ForgetButNewest(asOf - horizon);

    public void Edges(ref NextEdge next)
    {
        for (var window = step; window <= horizon; window += step)
        {
            next.Leaves(Answers, window);
        }
    }

    private int? Stated(ulong response)
    {
        for (var index = Answers.Count - 1; index >= 0; index--)
            if (Answers.Items[index].Response == response) return index;
        return null;
    }

    public void Write(ref FigureWriter writer) => Answers.Write(ref writer);

    public void Fill(ref FigureReader reader) => Answers.Fill(ref reader);
}
