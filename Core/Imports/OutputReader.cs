using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>
/// Reads the outputs of a mapping: <c>{ "when", "id", "effectiveAt", "fields" }</c> for accounts, <c>when</c> and the members of an event
/// for events.
/// </summary>
internal static class OutputReader
{
    private const int MostOutputs = 32;

    private static readonly string[] EventMembers = ["id", "type", "accountId", "occurredAt", "data"];

    public static ImmutableArray<RowOutput> Read(ref DocumentReader document, OutputKind kind, MappingColumns columns)
    {
        var outputs = ImmutableArray.CreateBuilder<RowOutput>();
        if (!document.BeginArray()) return [];
        while (document.NextItem(MostOutputs))
        {
            var pointer = $"/{(kind == OutputKind.Account ? "accounts" : "events")}/{outputs.Count}";
            outputs.Add(
                kind == OutputKind.Account ? ReadAccount(ref document, pointer, columns) : ReadEvent(ref document, pointer, columns));
        }

        return outputs.ToImmutable();
    }

    private static RowOutput ReadAccount(ref DocumentReader document, string pointer, MappingColumns columns)
    {
        RowCondition? when = null;
        var members = ImmutableArray.CreateBuilder<KeyValuePair<string, MappedValue>>();
        if (!document.BeginObject()) return new RowOutput(OutputKind.Account, pointer, null, new ObjectValue([]));
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "when": when = RowConditionReader.Read(ref document, columns); break;
                case "id": members.Add(new("id", MappedValueReader.Read(ref document, columns))); break;
                case ImportMapping.EffectiveAt:
                    members.Add(
                        new(ImportMapping.EffectiveAt, MappedValueReader.Read(ref document, columns))); break;
                case "fields": members.AddRange(MappedValueReader.Members(ref document, columns)); break;
                default: document.UnknownMember("when", "id", ImportMapping.EffectiveAt, "fields"); break;
            }
        }

        document.Require("id");
        foreach (var twice in members.CountBy(member => member.Key).Where(count => count.Value > 1))
            document.Fail(ErrorCodes.Duplicate, $"'{twice.Key}' is given twice.", "/fields");
        return new RowOutput(OutputKind.Account, pointer, when, new ObjectValue(members.ToImmutable()));
    }

    private static RowOutput ReadEvent(ref DocumentReader document, string pointer, MappingColumns columns)
    {
        RowCondition? when = null;
        var members = ImmutableArray.CreateBuilder<KeyValuePair<string, MappedValue>>();
        if (!document.BeginObject()) return new RowOutput(OutputKind.Event, pointer, null, new ObjectValue([]));
        while (document.NextMember())
        {
            var name = document.Member;
            if (name == "when") when = RowConditionReader.Read(ref document, columns);
            else if (name == "data") members.Add(new(name, new ObjectValue(MappedValueReader.Members(ref document, columns))));
            else if (EventMembers.Contains(name)) members.Add(new(name, MappedValueReader.Read(ref document, columns)));
            else document.UnknownMember([.. EventMembers, "when"]);
        }

        document.Require("id", "type", "accountId", "occurredAt");
        return new RowOutput(OutputKind.Event, pointer, when, new ObjectValue(members.ToImmutable()));
    }
}
