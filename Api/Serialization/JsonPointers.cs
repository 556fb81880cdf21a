using System.Text;
using HealthApi.Core.Input;

namespace HealthApi.Api.Serialization;

/// <summary>Turns the serializer's path (<c>$.data[0].score</c>) into a JSON pointer (<c>/data/0/score</c>).</summary>
internal static class JsonPointers
{
    public static string FromPath(string? path)
    {
        if (string.IsNullOrEmpty(path)) return "";
        var pointer = new StringBuilder();
        for (var index = 1; index < path.Length; index++)
            index = Append(path, index, pointer);
        return pointer.ToString();
    }

    private static int Append(string path, int index, StringBuilder pointer)
    {
        switch (path[index])
        {
            case '.':
                pointer.Append('/');
                return index;
            case '[':
                var end = path.IndexOf(']', index);
                pointer.Append('/').Append(JsonPointer.Escape(path[(index + 1)..end].Trim('\'')));
                return end;
            default:
                pointer.Append(JsonPointer.Escape(path[index].ToString()));
                return index;
        }
    }
}
