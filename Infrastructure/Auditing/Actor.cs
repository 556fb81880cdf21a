namespace HealthApi.Infrastructure.Auditing;

/// <summary>What an actor is: an API key, a command of the executable, or the service itself.</summary>
public enum ActorKind { Key, Command, Service }

/// <summary>
/// Who changes something. Requests and commands say so once, for all that is done on their behalf; background work is done by the
/// service.
/// </summary>
/// <param name="Id">The key's id; null for others.</param>
/// <param name="Name">The key's name, the command such as <c>keys create</c>, or <c>healthapi</c>.</param>
public sealed record Actor(ActorKind Kind, string? Id, string Name)
{
    private static readonly AsyncLocal<Actor?> Ambient = new();

    private static readonly Actor Service = new(ActorKind.Service, null, "healthapi");

    /// <summary>Who acts in this flow of calls. What is set in an async method ends with it.</summary>
    public static Actor Current
    {
        get => Ambient.Value ?? Service;
        set => Ambient.Value = value;
    }
}
