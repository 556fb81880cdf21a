namespace HealthApi.Core.Events;

/// <summary>Brings JSON into the form in which it is stored.</summary>
internal static class JsonText
{
    private static readonly byte[] EmptyObject = [(byte)'{', (byte)'}'];

    /// <summary>
    /// Removes the white space between the tokens of a well-formed value. Strings and numbers are not changed. Empty input gives an empty
    /// object.
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

    /// <summary>The number of bytes of the string that begins here, including its quotes.</summary>
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
