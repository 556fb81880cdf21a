namespace HealthApi.Core.Events;

/// <summary>JSON as it is kept.</summary>
internal static class JsonText
{
    private static readonly byte[] EmptyObject = [(byte)'{', (byte)'}'];

    /// <summary>
    /// The same well-formed value without white space between its tokens; an empty object for no bytes. What stands in strings and numbers
    /// stays as it is.
    /// </summary>
    public static byte[] Minify(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return EmptyObject;
        if (json.IndexOfAny(" \t\r\n"u8) < 0) return json.ToArray();
        var kept = new byte[json.Length];
        var length = 0;
        for (var index = 0; index < json.Length; index++)
        {
            if (json[index] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
            var token = json[index] == '"' ? StringAt(json[index..]) : 1;
            json.Slice(index, token).CopyTo(kept.AsSpan(length));
            length += token;
            index += token - 1;
        }

        return length == kept.Length ? kept : kept[..length];
    }

    /// <summary>How many bytes the string that begins here has, with its quotes.</summary>
    private static int StringAt(ReadOnlySpan<byte> json)
    {
        var end = 1;
        while (json[end] != '"')
        {
            var next = json[end..].IndexOfAny((byte)'"', (byte)'\\');
            end += json[end + next] == '\\' ? next + 2 : next;
        }

        return end + 1;
    }
}
