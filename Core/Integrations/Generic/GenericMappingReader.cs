using System.Collections.Immutable;
using HealthApi.Core.Imports;
using HealthApi.Core.Input;

namespace HealthApi.Core.Integrations.Generic;

/// <summary>
/// Reads a mapping strictly and reports every error with its JSON pointer. The outputs have the form of an import mapping: a <c>column</c>
/// is a value of the payload, and <c>accountId</c> is the sender's name for the customer.
/// </summary>
public static class GenericMappingReader
{
    private const int LongestPointer = 256;

    private static readonly string[] Members = ["items", "kind", "accounts", "events"];

    /// <param name="utf8">The document.</param>
    /// <param name="pointer">The place of the mapping in a larger document; prefixed to the pointers of the errors.</param>
    public static Reading<GenericMapping> Read(ReadOnlySpan<byte> utf8, string pointer) => DocumentReader.Read(utf8, pointer, Read);

    private static GenericMapping? Read(ref DocumentReader document)
    {
        if (!document.BeginObject()) return null;
        string? items = null, kind = null;
        ImmutableArray<RowOutput> accounts = [], events = [];
        var columns = new MappingColumns();
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "items": items = ReadPointer(ref document); break;
                case "kind": kind = document.Text(LongestPointer); break;
                case "accounts": accounts = OutputReader.Read(ref document, OutputKind.Account, columns); break;
                case "events": events = OutputReader.Read(ref document, OutputKind.Event, columns); break;
                default: document.UnknownMember(Members); break;
            }
        }

        if (accounts.IsEmpty && events.IsEmpty && document.ErrorCount == 0)
            document.Fail(DocumentErrorCodes.Incomplete, "A mapping must have accounts, events or both.");
        if (columns.Lookups.Count > 0) document.Fail(ErrorCodes.NotAllowed, "A webhook has no lookup files; use a map.");
        CheckFields(ref document, accounts);
        return document.ErrorCount > 0 ? null : new GenericMapping(items, kind, Build(columns, [.. accounts, .. events]));
    }

    private static ImportMapping Build(MappingColumns columns, ImmutableArray<RowOutput> outputs) => new()
    {
        Source = "",
        Columns = columns.Names,
        Lookups = new Dictionary<string, LookupSource>(),
        Outputs = outputs,
    };

    private static string? ReadPointer(ref DocumentReader document)
    {
        if (document.Text(LongestPointer) is not { } pointer) return null;
        if (!pointer.StartsWith('/')) document.Fail(ErrorCodes.InvalidFormat, "Must be a JSON pointer, such as /events.");
        return pointer;
    }

    private static void CheckFields(ref DocumentReader document, ImmutableArray<RowOutput> accounts)
    {
        foreach (var output in accounts)
        {
            foreach (var (field, _) in output.Body.Members)
            {
                if (field != "id" && !AccountFactFields.All.ContainsKey(field))
                {
                    document.Fail(
                        ErrorCodes.UnknownMember, $"A webhook can set only {string.Join(", ", AccountFactFields.All.Keys.Order())}.",
                        $"{output.Pointer}/fields/{JsonPointer.Escape(field)}");
                }
            }
        }
    }
}
