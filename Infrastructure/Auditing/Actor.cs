namespace HealthApi.Infrastructure.Auditing;

/// <summary>The kind of an actor: an API key, a command of the executable, or the service itself.</summary>
public enum ActorKind { Key, Command, Service }

/// <summary>
/// The actor who changes something. A request or a command sets <see cref="Current"/> once, for all changes that it makes. The actor of
/// background work is the service.
/// </summary>
/// <param name="Id">The key's id; null for a command and the service.</param>
/// <param name="Name">The key's name, the command such as <c>keys create</c>, or <c>healthapi</c>.</param>
public sealed record Actor(ActorKind Kind, string? Id, string Name)
{
    private static readonly AsyncLocal<Actor?> Ambient = new();

    private static readonly Actor Service = new(ActorKind.Service, null, "healthapi");

    /// <summary>The actor of this async flow. A value that an async method sets ends with that method.</summary>
    public static Actor Current
    {
        get => Ambient.Value ?? Service;
        set => Ambient.Value = value;
    }
}
