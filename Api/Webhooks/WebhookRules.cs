using HealthApi.Api.Problems;
using HealthApi.Core.Accounts;
using HealthApi.Core.Input;
using HealthApi.Core.Thresholds;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Api.Webhooks;

/// <summary>The rules for the documents of subscriptions, except those for URLs.</summary>
internal static class WebhookRules
{
    private const int MaxDescription = 500, MaxPerMinute = 60_000, MaxEntries = 1_000;

    private static readonly string[] Directions = [.. Enum.GetValues<CrossingDirection>().Select(CrossingMessage.Wire)];

    private static readonly string[] Metrics = [.. Enum.GetValues<Metric>().Select(CrossingMessage.Wire)];

    private static readonly string[] Replayable =
        [DeliveryStatus.Delivered, DeliveryStatus.Failed, DeliveryStatus.Held, DeliveryStatus.Skipped];

    private static readonly Dictionary<string, HeldChoice> HeldChoices = Enum.GetValues<HeldChoice>()
        .ToDictionary(CrossingMessage.Wire, StringComparer.Ordinal);

    /// <summary>The choice with this name, <c>keep</c> without a name; 422 if there is no such choice.</summary>
    public static Outcome<HeldChoice?> Held(string? word)
    {
        if (word is null) return new HeldChoice?(HeldChoice.Keep);
        return HeldChoices.TryGetValue(word, out var choice) ? new HeldChoice?(choice)
            : Problem.Invalid(UnknownWord.Error("/held", word, "a choice", HeldChoices.Keys));
    }

    /// <param name="webhook">The document.</param>
    /// <param name="segments">The segments in force.</param>
    /// <param name="kept">Types that the subscription already has. They are accepted even if this version does not send them, because an
    /// earlier version may have offered them.</param>
    public static IReadOnlyList<FieldError> Check(WebhookDocument webhook, SegmentPolicy segments, IReadOnlyList<string> kept) =>
        [.. EventTypes(webhook.EventTypes, kept), .. Description(webhook.Description), .. Budget(webhook.MaxPerMinute),
            .. Filter(webhook.Filter, segments)];

    public static IReadOnlyList<FieldError> Check(ReplayRequest replay)
    {
        var errors = new List<FieldError>();
        if (replay.Until <= replay.Since) errors.Add(new FieldError("/until", ErrorCodes.OutOfRange, "Must be after since."));
        if (replay.Status is { } status && !Replayable.Contains(status))
            errors.Add(UnknownWord.Error("/status", status, "a status that can be replayed", Replayable));
        return errors;
    }

    private static IEnumerable<FieldError> EventTypes(IReadOnlyList<string> names, IReadOnlyList<string> kept)
    {
        if (names.Count == 0)
        {
            yield return new FieldError(
                "/eventTypes", ErrorCodes.Required, "Name at least one type; GET /v1/webhooks/event-types lists them.");
        }

        for (var index = 0; index < names.Count; index++)
        {
            if (names[index] is null || !(WebhookEventTypes.Exists(names[index]) || kept.Contains(names[index])))
                yield return UnknownWord.Error($"/eventTypes/{index}", names[index] ?? "", "an event type", WebhookEventTypes.AllNames);
        }
    }

    private static IEnumerable<FieldError> Description(string? description)
    {
        if (description?.Length > MaxDescription)
            yield return new FieldError("/description", ErrorCodes.TooLong, $"At most {MaxDescription} characters.");
        if (description is not null && Identifiers.CheckCharacters("/description", description) is { } error) yield return error;
    }

    private static IEnumerable<FieldError> Budget(int? maxPerMinute)
    {
        if (maxPerMinute is < 1 or > MaxPerMinute)
            yield return new FieldError("/maxPerMinute", ErrorCodes.OutOfRange, $"Must be 1 to {MaxPerMinute}.");
    }

    private static IEnumerable<FieldError> Filter(WebhookFilter? filter, SegmentPolicy segments)
    {
        if (filter is null) return [];
        var arr = filter.MinArr < 0 ? [new FieldError("/filter/minArr", ErrorCodes.OutOfRange, "Must not be negative.")]
            : Array.Empty<FieldError>();
        return
        [
            .. Words("/filter/segments", "a segment", filter.Segments, segments.Ids),
            .. Words("/filter/directions", "a direction", filter.Directions, Directions),
            .. Words("/filter/metrics", "a metric", filter.Metrics, Metrics),
            .. Names("/filter/thresholds", filter.Thresholds),
            .. arr,
            .. Names("/filter/accounts", filter.Accounts),
            .. Names("/filter/tags", filter.Tags),
        ];
    }

    private static IEnumerable<FieldError> Words(
        string pointer, string what, IReadOnlyList<string>? given, IReadOnlyCollection<string> known) => (given ?? [])
        .Select((word, index) => known.Contains(word) ? null : UnknownWord.Error($"{pointer}/{index}", word ?? "", what, known))
        .OfType<FieldError>();

    private static IEnumerable<FieldError> Names(string pointer, IReadOnlyList<string>? given) => given?.Count > MaxEntries
        ? [new FieldError(pointer, ErrorCodes.TooLong, $"At most {MaxEntries} entries.")]
        : (given ?? []).Select((name, index) => Identifiers.Check($"{pointer}/{index}", name ?? "")).OfType<FieldError>();
}
