using BenchmarkDotNet.Attributes;
using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Benchmarks.Micro;

/// <summary>An account's figures: the work of a transaction for each account that it changes.</summary>
public class FigureBenchmarks
{
    private readonly HealthEvent _event = EventReader.Open(Samples.Envelopes(1)[0]);
    private AccountFigures _figures = new();
    private byte[] _bytes = [];

    /// <summary>The number of events of the account within thirty days.</summary>
    [Params(100, 1_000)]
    public int Events { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _figures = Samples.Figures(Events);
        _bytes = _figures.Encode(Samples.Now);
    }

    [Benchmark]
    public AccountFigures Decode() => AccountFigures.Decode(_bytes);

    [Benchmark]
    public byte[] DecodeApplyEncode()
    {
        var figures = AccountFigures.Decode(_bytes);
        figures.Apply(_event);
        return figures.Encode(Samples.Now);
    }

    [Benchmark]
    public SignalSet Derive() => SignalDeriver.Derive(_figures, Samples.Account, Samples.Now);

    [Benchmark]
    public DateTimeOffset? NextChange() =>
        SignalDeriver.NextChange(_figures, Samples.Account, SegmentPolicy.Default.Phases, SignalUses.Every(DaySteps.None), Samples.Now);
}
