using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The answers of one survey family within <paramref name="horizon"/>, and the newest answer of any age. The windows that count them are
/// multiples of <paramref name="step"/> up to the horizon.
/// </summary>
internal sealed class ResponseFigures(long horizon, long step) : IFamilyFigures, IEdges
{
    public Timeline<Answer> Answers { get; } = new();

    public long Newest => Answers.Newest;

    public int Count => Answers.Count;

    /// <summary>
    /// Adds an answer. Of several answers with the same response id only the newest counts; of two at one instant the one with the higher
    /// score. Which one remains depends only on the set of answers, and a replaced answer is older and would leave every window first. The
    /// result therefore depends neither on the order nor on forgetting.
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
