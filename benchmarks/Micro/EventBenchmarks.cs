using BenchmarkDotNet.Attributes;
using HealthApi.Core.Events;

namespace HealthApi.Benchmarks.Micro;

/// <summary>The steps of an incoming event: read and validate, encode into a lane payload, decode, open. Times are per event.</summary>
public class EventBenchmarks
{
    private const int Count = 100;

    private readonly byte[][] _posted = Samples.Posted(Count);
    private readonly EventEnvelope[] _envelopes = Samples.Envelopes(Count);
    private byte[] _payload = [];

    [GlobalSetup]
    public void Encode() => _payload = EventBatchCodec.Encode(_envelopes);

    [Benchmark(OperationsPerInvoke = Count)]
    public int ReadPosted()
    {
        var good = 0;
        foreach (var json in _posted) good += EventReader.Read(json, Samples.Context).Envelope is null ? 0 : 1;
        return good;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int EncodePayload() => EventBatchCodec.Encode(_envelopes).Length;

    [Benchmark(OperationsPerInvoke = Count)]
    public int DecodePayload() => EventBatchCodec.Decode(_payload).Count;

    [Benchmark(OperationsPerInvoke = Count)]
    public int OpenEnvelope()
    {
        var opened = 0;
        foreach (var envelope in _envelopes) opened += EventReader.Open(envelope).Id.Length;
        return opened;
    }
}
