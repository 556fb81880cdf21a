using System.Collections.Immutable;
using System.Text;

namespace HealthApi.Core.Imports;

/// <summary>
/// A text with columns in braces, such as <c>{ticket_id}:opened</c>; doubled braces are literal braces. If one of its columns is empty
/// there is no text, so that no incomplete id is created.
/// </summary>
internal sealed record TextTemplate(ImmutableArray<TemplatePart> Parts)
{
    public static readonly TextTemplate Nothing = new([]);

    /// <summary>Null if a brace is not closed or not opened, or if a pair of braces is empty.</summary>
    public static TextTemplate? TryParse(string text, Func<string, int> column)
    {
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var literal = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            var doubled = index + 1 < text.Length && text[index + 1] == text[index];
            if (text[index] is not ('{' or '}'))
            {
                literal.Append(text[index]);
            }
            else if (doubled)
            {
                literal.Append(text[index++]);
            }
            else
            {
                var end = text.IndexOf('}', index + 1);
                if (text[index] == '}' || end <= index + 1) return null;
                parts.Add(new TemplatePart(literal.ToString(), column(text[(index + 1)..end].Trim())));
                literal.Clear();
                index = end;
            }
        }

        if (literal.Length > 0) parts.Add(new TemplatePart(literal.ToString(), null));
        return new TextTemplate(parts.ToImmutable());
    }

    public string? Fill(ImportRow row)
    {
        if (Parts is [{ Before: "", Column: { } only }]) return row[only].Length == 0 ? null : row[only];
        var text = new StringBuilder();
        foreach (var (before, column) in Parts)
        {
            text.Append(before);
            if (column is not { } index) continue;
            if (row[index].Length == 0) return null;
            text.Append(row[index]);
        }

        return text.ToString();
    }
}

/// <summary>A literal text and the column that follows it; null if none follows.</summary>
internal readonly record struct TemplatePart(string Before, int? Column);
