using System.Text;
using HealthApi.Core.Accounts;
using HealthApi.Core.Input;

namespace HealthApi.Api.Accounts;

/// <summary>The rules that an account document must follow.</summary>
internal static class AccountRules
{
    private const int MaxName = 200, MaxEntries = 200, MaxAttributesBytes = 16 * 1024, MoneyDecimals = 4;
    private const decimal MaxMoney = 1_000_000_000_000m;

    public static IReadOnlyList<FieldError> Check(AccountDocument document, string id, SegmentPolicy segments)
    {
        var errors = new List<FieldError?>
        {
            document.Id is { } given && given != id
                ? new FieldError("/id", ErrorCodes.NotAllowed, "The id in the body differs from the one in the path.") : null,
            Text("/name", document.Name, MaxName),
            Money("/arr", document.Arr),
            Money("/mrr", document.Mrr),
            document.Currency is { } currency && !Currencies.IsCode(currency)
            ? new FieldError("/currency", ErrorCodes.InvalidFormat, "Must be an ISO 4217 code such as USD.") : null,
            Text("/plan", document.Plan, Identifiers.MaxLength),
            Count("/licences", document.Licences),
            Count("/featuresAvailable", document.FeaturesAvailable),
            Amount("/expectedMonthlyVolume", document.ExpectedMonthlyVolume),
            Amount("/contractedUsage", document.ContractedUsage),
            Id("/owner", document.Owner),
            Id("/parentId", document.ParentId),
            document.ParentId == id ? new FieldError("/parentId", ErrorCodes.NotAllowed, "An account cannot be its own parent.") : null,
            Attributes(document),
            segments.Check("/segment", document.Segment),
            Phase(document.Phase),
        };
        errors.AddRange(Texts("/coreFeatures", document.CoreFeatures));
        errors.AddRange(Texts("/tags", document.Tags));
        errors.AddRange(ExternalIds(document.ExternalIds));
        return [.. errors.OfType<FieldError>()];
    }

    private static FieldError? Text(string pointer, string? text, int maxLength) =>
        text is null ? null : Identifiers.CheckText(pointer, text, maxLength);

    private static FieldError? Id(string pointer, string? id) => id is null ? null : Identifiers.Check(pointer, id);

    private static FieldError? Count(string pointer, int? value) =>
        value < 0 ? new FieldError(pointer, ErrorCodes.OutOfRange, "Must not be negative.") : null;

    private static FieldError? Money(string pointer, decimal? value) =>
        value is null || (value >= 0 && value <= MaxMoney && decimal.Round(value.Value, MoneyDecimals) == value)
            ? null
            : new FieldError(pointer, ErrorCodes.OutOfRange, $"Must be 0 to {MaxMoney:F0} with at most {MoneyDecimals} decimals.");

    private static FieldError? Amount(string pointer, decimal? value) =>
        value is < 0 or > MaxMoney ? new FieldError(pointer, ErrorCodes.OutOfRange, $"Must be 0 to {MaxMoney:F0}.") : null;

    private static FieldError? Attributes(AccountDocument document) =>
        document.Attributes is { } attributes && Encoding.UTF8.GetByteCount(attributes.ToJsonString()) > MaxAttributesBytes
            ? new FieldError("/attributes", ErrorCodes.TooLarge, "At most 16 KiB of JSON.")
            : null;

    private static FieldError? Phase(string? phase) => phase is null || LifecyclePhases.Pinnable.Contains(phase)
        ? null
        : UnknownWord.Error("/phase", phase, "a phase that can be pinned", [.. LifecyclePhases.Pinnable]);

    private static IEnumerable<FieldError?> Texts(string pointer, IReadOnlyList<string>? texts)
    {
        if (texts is null) yield break;
        if (texts.Count > MaxEntries) yield return new FieldError(pointer, ErrorCodes.TooLong, $"At most {MaxEntries} entries.");
        for (var index = 0; index < texts.Count; index++) yield return Identifiers.Check($"{pointer}/{index}", texts[index] ?? "");
    }

    private static IEnumerable<FieldError?> ExternalIds(IReadOnlyDictionary<string, string>? ids)
    {
        if (ids is null) yield break;
        if (ids.Count > MaxEntries) yield return new FieldError("/externalIds", ErrorCodes.TooLong, $"At most {MaxEntries} entries.");
        foreach (var (system, value) in ids)
        {
            yield return Identifiers.Check("/externalIds/" + JsonPointer.Escape(system), system);
            yield return Identifiers.Check("/externalIds/" + JsonPointer.Escape(system), value ?? "");
        }
    }
}
