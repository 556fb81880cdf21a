using System.Security.Cryptography;
using System.Text;
using HealthApi.Core.Imports;

namespace HealthApi.Api.Commands.Import;

/// <summary>The mapping and the files to import.</summary>
internal sealed record ImportPlan(ImportMapping Mapping, IReadOnlyList<string> Files, string Key)
{
    private const int MaxMistakes = 5;

    /// <exception cref="CommandFailure">The mapping cannot be read or breaks a rule, or a file is missing.</exception>
    public static ImportPlan Load(string mappingPath, IReadOnlyList<string> files)
    {
        var bytes = ReadAll(mappingPath);
        var reading = ImportMappingReader.Read(bytes);
        if (reading.Value is { } mapping) return new ImportPlan(mapping, files, KeyOf(bytes, files));
        var mistakes = reading.Errors.Take(MaxMistakes)
            .Select(error => $"{(error.Pointer.Length == 0 ? "/" : error.Pointer)}: {error.Detail}");
        throw new CommandFailure($"The mapping '{mappingPath}' cannot be used. {string.Join(" ", mistakes)}");
    }

    /// <summary>The key of the checkpoint: the same mapping and unchanged files give the same key.</summary>
    private static string KeyOf(byte[] mapping, IReadOnlyList<string> files)
    {
        var text = new StringBuilder(Convert.ToHexString(SHA256.HashData(mapping)));
        foreach (var file in files.Select(path => new FileInfo(path)))
        {
            if (Directory.Exists(file.FullName)) throw new CommandFailure($"'{file.FullName}' is a folder; name the files in it.");
            if (!file.Exists) throw new CommandFailure($"There is no file '{file.FullName}'.");
            text.Append('\n').Append(file.FullName).Append('\n').Append(file.Length).Append('\n').Append(file.LastWriteTimeUtc.Ticks);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"Cannot read the mapping '{path}': {failure.Message}", failure);
        }
    }
}
