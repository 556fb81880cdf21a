using HealthApi.Benchmarks.Load;
using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Benchmarks.Micro;

/// <summary>Inputs of the micro-benchmarks: the events of the load, and an account with a month of them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    public static readonly EventContext Context =
        new(Now, TimeSpan.FromDays(400), "bench", null, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    public static readonly Account Account = new()
    {
        Id = EventCorpus.AccountId(1),
        Name = "Account 1",
        Licences = 25,
        FeaturesAvailable = 12,
        CoreFeatures = ["feature-0", "feature-1", "feature-2"],
        CustomerSince = Now.AddDays(-400),
        RenewalDate = Now.AddDays(60),
    };

    /// <summary>Distinct single events as posted.</summary>
    public static byte[][] Posted(int count)
    {
        var corpus = new EventCorpus(seed: 6);
        return [.. Enumerable.Range(0, count).Select(number =>
        {
            var template = corpus.Single();
            template.Stamp(number);
            return template.Bytes.ToArray();
        })];
    }

    public static EventEnvelope[] Envelopes(int count) => [.. Posted(count).Select(json => EventReader.Read(json, Context).Envelope!)];

    /// <summary>The figures of one account after a number of events, spread over thirty days.</summary>
    public static AccountFigures Figures(int events)
    {
        var figures = new AccountFigures();
        var read = Envelopes(events);
        for (var index = 0; index < read.Length; index++)
            figures.Apply(EventReader.Open(read[index] with { OccurredAt = Instant(index, events) }));
        return figures;
    }

    private static DateTimeOffset Instant(int index, int events) =>
        HealthApi.Core.Primitives.Instant.Truncate(Now - (TimeSpan.FromDays(30) * index / events));
}
