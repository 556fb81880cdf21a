using System.Threading.Channels;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// Combines the messages that several lanes hand over, while another call is running, into one call. For a store with one writer, where
/// lanes that commit separately would only wait for each other's flushes.
/// </summary>
internal sealed class SharedHandler : IAsyncDisposable
{
    /// <summary>Events in one call; the messages that a lane hands over together stay together.</summary>
    private const int MaxEvents = 4_000;

    private readonly Channel<Submission> _waiting = Channel.CreateUnbounded<Submission>(new() { SingleReader = true });
    private readonly LaneHandler _handler;
    private readonly Task _working;

    public SharedHandler(LaneHandler handler)
    {
        _handler = handler;
        _working = Task.Run(WorkAsync);
    }

    /// <summary>Completes, or fails, like the handler call that contains these messages.</summary>
    public Task ProcessAsync(IReadOnlyList<LaneMessage> messages, CancellationToken cancellation)
    {
        var submission = new Submission(messages);
        return _waiting.Writer.TryWrite(submission) ? submission.Done.Task.WaitAsync(cancellation)
            : throw new OperationCanceledException("The worker has stopped.");
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _working;
    }

    private async Task WorkAsync()
    {
        var taken = new List<Submission>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            for (var events = 0; events < MaxEvents && _waiting.Reader.TryRead(out var submission); events += submission.Events)
                taken.Add(submission);
            await HandleAsync(taken);
            taken.Clear();
        }
    }

    private async Task HandleAsync(List<Submission> taken)
    {
        try
        {
            await _handler([.. taken.SelectMany(submission => submission.Messages)], CancellationToken.None);
            foreach (var submission in taken) submission.Done.TrySetResult();
        }
        catch (Exception failure)
        {
            foreach (var submission in taken) submission.Done.TrySetException(failure);
        }
    }

    private sealed record Submission(IReadOnlyList<LaneMessage> Messages)
    {
        public int Events { get; } = Messages.Sum(message => Math.Max(1, message.Events));

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
