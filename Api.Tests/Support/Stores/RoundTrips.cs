using System.Diagnostics;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>Counts the commands that the SQL Server driver sends, from its diagnostic events; each is one round trip.</summary>
internal sealed class RoundTrips : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Listener = "SqlClientDiagnosticListener", BeforeCommand = "Microsoft.Data.SqlClient.WriteCommandBefore";

    private readonly List<IDisposable> _subscriptions = [];
    private int _count;

    private RoundTrips() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    public static async Task<int> CountAsync(Func<Task> work)
    {
        using var counter = new RoundTrips();
        await work();
        return counter._count;
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == Listener) _subscriptions.Add(value.Subscribe(this));
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == BeforeCommand) Interlocked.Increment(ref _count);
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }
}
