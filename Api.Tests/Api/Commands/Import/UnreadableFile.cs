using System.IO.Compression;
using System.Text;

namespace HealthApi.Api.Tests.Api.Commands.Import;

/// <summary>Writes files that cannot be imported, one for each kind of fault.</summary>
internal static class UnreadableFile
{
    public static void Write(string kind, string path, string text)
    {
        if (kind == "folder") Directory.CreateDirectory(path);
        else if (kind == "link to nowhere") File.CreateSymbolicLink(path, path + ".gone");
        else if (kind != "missing") File.WriteAllBytes(path, Bytes(kind, text));
    }

    private static byte[] Bytes(string kind, string text)
    {
        var (utf8, utf16) = (Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text));
        return kind switch
        {
            "latin-1" => Encoding.Latin1.GetBytes(text),
            "latin-1 after 5,000 lines" => [
                .. utf8, .. Enumerable.Repeat("2,acme,Acme,12,2026-11-01,9,no\n"u8.ToArray(), 5_000).SelectMany(line => line),
                .. Encoding.Latin1.GetBytes("3,\u00e4")],
            "utf-16 without a byte order mark" => utf16,
            "nul" => [.. utf8, .. "2,ac\0me,Acme,12,2026-11-01,9,no\n"u8],
            "cut inside a character" => [.. utf8, 0xC3],
            "utf-16 with an odd number of bytes" => [0xFF, 0xFE, .. utf16, 0x41],
            "json in latin-1" => Encoding.Latin1.GetBytes("{\"row\":\"\u00e4\"}\n"),
            "gzip cut off" => Gzip(Big(text))[..^100],
            "gzip damaged" => Damaged(Gzip(Big(text))),
            "gzip of an empty file" => Gzip([]),
            "only a byte order mark" => [0xEF, 0xBB, 0xBF],
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of file."),
        };
    }

    private static byte[] Big(string text) =>
        Encoding.UTF8.GetBytes(
            text + string.Concat(Enumerable.Range(2, 5_000).Select(row => $"{row},acme,Acme,12,2026-11-01,{row % 11},no\n")));

    private static byte[] Damaged(byte[] bytes)
    {
        for (var index = 100; index < 140; index++) bytes[index] ^= 0x55;
        return bytes;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest)) gzip.Write(bytes);
        return stream.ToArray();
    }
}
