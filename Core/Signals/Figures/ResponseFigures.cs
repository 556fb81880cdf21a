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

    public void Apply(ResponseData data, long instant) => Answers.Add(Answer.Of(instant, data.Score));

    public void Forget(long asOf) => Answers.ForgetButNewest(asOf - horizon);

    public void Edges(ref NextEdge next)
    {
        for (var window = step; window <= horizon; window += step)
        {
            next.Leaves(Answers, window);
        }
    }

    public void Write(ref FigureWriter writer) => Answers.Write(ref writer);

    public void Fill(ref FigureReader reader) => Answers.Fill(ref reader);
}
