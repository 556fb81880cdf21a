using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>Reads a mapping document strictly and reports every error with its JSON pointer.</summary>
public static class ImportMappingReader
{
    private const int LongestPath = 1024, MostLookups = 16;

    public static Reading<ImportMapping> Read(ReadOnlySpan<byte> utf8) => DocumentReader.Read(utf8, "", Read);

    private static ImportMapping? Read(ref DocumentReader document)
    {
        if (!document.BeginObject()) return null;
        var draft = new Draft();
        while (document.NextMember()) ReadMember(ref document, draft);
        document.Require("source");
        if (draft.Accounts.IsEmpty && draft.Events.IsEmpty && document.ErrorCount == 0)
            document.Fail(DocumentErrorCodes.Incomplete, "A mapping must have accounts, events or both.");
        foreach (var name in draft.Columns.Lookups.Where(name => !draft.Lookups.ContainsKey(name)))
            document.Fail(ErrorCodes.Unknown, $"There is no lookup '{name}'.", "/lookups");
        return document.ErrorCount > 0 ? null : draft.Build();
    }

    private static void ReadMember(ref DocumentReader document, Draft draft)
    {
        switch (document.Member)
        {
            case "source": draft.Source = ReadSource(ref document); break;
            case "delimiter": draft.Delimiter = ReadDelimiter(ref document); break;
            case "lookups": draft.Lookups = ReadLookups(ref document); break;
            case "accounts": draft.Accounts = OutputReader.Read(ref document, OutputKind.Account, draft.Columns); break;
            case "events": draft.Events = OutputReader.Read(ref document, OutputKind.Event, draft.Columns); break;
            default: document.UnknownMember("source", "delimiter", "lookups", "accounts", "events"); break;
        }
    }

    private static string? ReadSource(ref DocumentReader document)
    {
        if (document.Text(Identifiers.MaxLength) is not { } source) return null;
        if (Identifiers.Check("", source) is { } error) document.Fail(error.Code, error.Detail);
        return source;
    }

    private static char ReadDelimiter(ref DocumentReader document)
    {
        var delimiter = document.Text(1)?[0] ?? ',';
        if (delimiter is '"' or '\r' or '\n') document.Fail(ErrorCodes.NotAllowed, "Quotes and line ends cannot separate cells.");
        return delimiter;
    }

    private static Dictionary<string, LookupSource> ReadLookups(ref DocumentReader document)
    {
        var lookups = new Dictionary<string, LookupSource>(StringComparer.Ordinal);
        if (!document.BeginObject()) return lookups;
        while (document.NextMember())
        {
            var name = document.Member;
            if (lookups.Count == MostLookups) document.Fail(DocumentErrorCodes.TooMany, $"At most {MostLookups} lookups are allowed.");
            if (ReadLookup(ref document) is { } lookup) lookups[name] = lookup;
        }

        return lookups;
    }

    private static LookupSource? ReadLookup(ref DocumentReader document)
    {
        if (!document.BeginObject()) return null;
        string? file = null, key = null, value = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "file": file = document.Text(LongestPath); break;
                case "key": key = document.Text(Identifiers.MaxLength); break;
                case "value": value = document.Text(Identifiers.MaxLength); break;
                default: document.UnknownMember("file", "key", "value"); break;
            }
        }

        document.Require("file", "key", "value");
        return file is null || key is null || value is null ? null : new LookupSource(file, key, value);
    }

    private sealed class Draft
    {
        public string? Source { get; set; }

        public char Delimiter { get; set; } = ',';

        public MappingColumns Columns { get; } = new();

        public Dictionary<string, LookupSource> Lookups { get; set; } = new(StringComparer.Ordinal);

        public ImmutableArray<RowOutput> Accounts { get; set; } = [];

        public ImmutableArray<RowOutput> Events { get; set; } = [];

        public ImportMapping Build() => new()
        {
            Source = Source!,
            Delimiter = Delimiter,
            Columns = Columns.Names,
            Lookups = Lookups,
            Outputs = [.. Accounts, .. Events],
        };
    }
}
