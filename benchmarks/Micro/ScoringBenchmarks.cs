using BenchmarkDotNet.Attributes;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Benchmarks.Micro;

/// <summary>Scoring from signals, and the whole evaluation of an account as a transaction does it.</summary>
public class ScoringBenchmarks
{
    private readonly AccountFigures _figures = Samples.Figures(300);
    private readonly EvaluationPolicy _policy = new(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);
    private SignalSet _signals = new();
    private AccountMemory _memory = AccountMemory.Empty;

    [GlobalSetup]
    public void Prepare()
    {
        _signals = SignalDeriver.Derive(_figures, Samples.Account, Samples.Now);
        _memory = Evaluate().Memory;
    }

    [Benchmark]
    public HealthScore Score() => HealthScorer.Score(BuiltInModels.Default, _signals, explain: false);

    [Benchmark]
    public HealthScore ScoreExplained() => HealthScorer.Score(BuiltInModels.Default, _signals);

    [Benchmark]
    public ChurnRisk Assess() => ChurnAssessor.Assess(_policy.Rules, _signals);

    [Benchmark]
    public AccountEvaluation Evaluate() =>
        AccountEvaluator.Evaluate(_figures, Samples.Account, Samples.Now.AddDays(-400), _memory, _policy, Samples.Now);

    [Benchmark]
    public AccountMemory RememberAsBytes() => AccountMemory.FromStored(_memory.ToBytes(), []);
}
