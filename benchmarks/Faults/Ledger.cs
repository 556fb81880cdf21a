using System.Collections.Concurrent;
using System.Diagnostics;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Faults;

/// <summary>An answer of the service: when it arrived, how long it took, and its status.</summary>
internal readonly record struct Answered(long At, double Milliseconds, int Status, bool RetryAfter);

/// <summary>Records everything that the service has acknowledged, and its answers.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentQueue<Answered> _answers = new();
    private readonly ConcurrentQueue<string> _cut = new();
    private long _faultBegan, _faultEnded = long.MaxValue, _acknowledgedCount, _sent;

    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    public long Count => Interlocked.Read(ref _acknowledgedCount);

    /// <summary>The number of events that were sent; an event that was sent again counts once.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The id of the first event of each request that got no answer although it was connected.</summary>
    public IReadOnlyCollection<string> Cut => _cut;

    public long FaultEnded => Interlocked.Read(ref _faultEnded);

    public void FaultBegins() => Interlocked.Exchange(ref _faultBegan, Stopwatch.GetTimestamp());

    public void FaultEnds() => Interlocked.Exchange(ref _faultEnded, Stopwatch.GetTimestamp());

    public void Sending(int events) => Interlocked.Add(ref _sent, events);

    public void Answer(Answered answer) => _answers.Enqueue(answer);

    public void Unanswered(string firstId) => _cut.Enqueue(firstId);

    public void Acknowledge(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            _acknowledged.Enqueue(id);
            Interlocked.Increment(ref _acknowledgedCount);
        }
    }

    /// <summary>How many answers during the fault had this status.</summary>
    public int Answered(int status) => DuringFault(status).Count();

    public int WithoutRetryAfter(int status) => DuringFault(status).Count(answer => !answer.RetryAfter);

    /// <summary>The 99th percentile of the acknowledgements during the fault, in milliseconds.</summary>
    public double? P99() =>
        DuringFault(202).Select(answer => answer.Milliseconds).Order().ToArray() is { Length: > 0 } sorted
            ? Statistics.Percentile(sorted, 0.99) : null;

    private IEnumerable<Answered> DuringFault(int status) =>
        _answers.Where(answer => answer.Status == status && answer.At >= _faultBegan && answer.At <= FaultEnded);
}
