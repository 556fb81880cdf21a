using System.Text;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

/// <summary>
/// An account whose health is its reported outcome (0–100, categories from 80, 60 and 40), evaluated at every step and whenever it is due.
/// Its memory is written and read back each time.
/// </summary>
internal sealed class AlertStory
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    public static readonly HealthModel Whole = Of("whole", 0, 100), Opposite = Of("opposite", 100, 0);

    private readonly Account _account;
    private readonly AccountFigures _figures = new();
    private readonly List<AlertChange> _alerts = [];
    private int _events;
    private DateTimeOffset? _due;

    public AlertStory(Account? account = null)
    {
        _account = account ?? new Account { Id = "acme", Name = "Acme" };
        Policy = PolicyOf(Whole, null);
    }

    public EvaluationPolicy Policy { get; private set; }

    public AccountMemory Memory { get; private set; } = AccountMemory.Empty;

    public DateTimeOffset Now { get; private set; } = Start;

    public bool Withholds { get; set; }

    public IReadOnlyList<AlertChange> Alerts => _alerts;

    public IEnumerable<string> Words => _alerts.Select(alert => $"{alert.Metric} {alert.Kind.Name()}");

    public IEnumerable<string> Messages =>
        _alerts.Where(alert => alert.Announced).Select(alert => $"{alert.Metric} {alert.Kind.Name()}");

    public AlertStory Report(double outcome) => Event(EventType.RelationshipOutcomeReported, outcome);

    public AlertStory Event(EventType type, double? value = null)
    {
        EventData data = type == EventType.UsageLogin ? new UsageData { UserId = "u" } : new RelationshipData(value, null);
        _figures.Apply(new HealthEvent("test", $"e{++_events}", type, "acme", Now, data));
        return Evaluate();
    }

    /// <summary>Lets the time pass and evaluates the account whenever it is due, as the clockwork does.</summary>
    public AlertStory Wait(double hours)
    {
        var until = Now.AddHours(hours);
        while (_due <= until)
        {
            Now = _due.Value;
            Evaluate();
        }

        Now = until;
        return this;
    }

    public AlertStory Switch(HealthModel model, bool announce = true)
    {
        Policy = PolicyOf(model, Policy, announce);
        return Evaluate();
    }

    public AlertStory Switch(AlertPolicy alerts, bool announce = true)
    {
        Policy = new EvaluationPolicy(Policy.Models, Policy.Rules, Policy.Segments, [])
        {
            Before = Policy,
            Revision = Policy.Revision + 1,
            Alerts = alerts,
            AnnounceAlerts = announce,
        };
        return Evaluate();
    }

    /// <summary>Changes the stored memory.</summary>
    public AlertStory Remember(Func<AccountMemory, AccountMemory> change)
    {
        Memory = change(Memory);
        return this;
    }

    public AlertStory Rebuild()
    {
        var rebuilt = AccountEvaluator.EvaluateRebuilt(_figures, _account, Start, Memory, Policy, Now);
        (Memory, _due) = (AccountMemory.FromStored(rebuilt.Memory.ToBytes(), []), rebuilt.DueAt);
        return this;
    }

    public AlertStory Act(Metric metric, Func<AlertFacts, AlertState?, AlertStep> act)
    {
        var evaluation = AccountEvaluator.Evaluate(_figures, _account, Start, Memory, Policy, Now);
        var (acted, change) = AlertActing.Apply(evaluation, Policy, Start, metric, act);
        _alerts.AddRange([.. acted.Alerts, change]);
        (Memory, _due) = (AccountMemory.FromStored(acted.Memory.ToBytes(), []), acted.DueAt);
        return this;
    }

    public AlertStory Evaluate()
    {
        var evaluation = AccountEvaluator.Evaluate(_figures, _account, Start, Memory, Policy, Now);
        if (Withholds) evaluation = evaluation.Withheld();
        Memory = AccountMemory.FromStored(evaluation.Memory.ToBytes(), []);
        _due = evaluation.DueAt;
        Assert.That(_due, Is.Null.Or.GreaterThan(Now), "a due time is ahead");
        _alerts.AddRange(evaluation.Alerts);
        return this;
    }

    public static AlertPolicy Document(string json) =>
        AlertPolicyReader.Read(Encoding.UTF8.GetBytes(json.Replace('\'', '"'))).Required();

    private static EvaluationPolicy PolicyOf(HealthModel model, EvaluationPolicy? before, bool announce = true) => new(
        new ModelRegistry([Whole, Opposite], new Dictionary<string, ModelAssignment> { [ModelRegistry.Fallback] = new(model, announce) }),
        BuiltInChurnRules.Default, SegmentPolicy.Default, [])
    {
        Before = before,
        Revision = (before?.Revision ?? -1) + 1,
        Alerts = before?.Alerts ?? AlertPolicy.BuiltIn,
    };

    private static HealthModel Of(string id, int from, int to) => HealthModelReader.Read(Encoding.UTF8.GetBytes(
        $$$"""
        {"id":"{{{id}}}","components":[{"id":"only","weight":1,"measures":[{"signal":"reportedOutcome","normaliser":{"kind":"linear","from":{{{from}}},"to":{{{to}}}}}]}],
         "categories":[{"id":"good","bound":80},{"id":"fair","bound":60},{"id":"poor","bound":40},{"id":"bad"}]}
        """)).Required();
}
