namespace HealthApi.Core.Signals.Figures;

/// <summary>The last instant at which an event named a user.</summary>
internal readonly record struct UserSeen(long Last) : IFigure<UserSeen>
{
    public void Write(ref FigureWriter writer) => writer.OptionalInstant(Last);

    public static UserSeen Read(ref FigureReader reader) => new(reader.OptionalInstant());
}
