using System.Text.Json;

namespace HealthApi.Benchmarks.Scale;

/// <summary>How far the databases of a folder are filled, and what the filling measured.</summary>
internal sealed record ScaleState
{
    private const string FileName = "scale.json";

    public int Accounts { get; init; }

    /// <summary>The accounts that exist; the filling goes on from here after an interruption.</summary>
    public int Filled { get; init; }

    public double Seconds { get; init; }

    public double ProcessorSeconds { get; init; }

    public double FloorSeconds { get; init; }

    public double FloorProcessorSeconds { get; init; }

    public long EmptyBytes { get; init; }

    public long FilledBytes { get; init; }

    /// <summary>The accounts that have profiles and varied events, which listings need.</summary>
    public int DescribedAccounts { get; init; }

    public bool IsFilled => Filled >= Accounts;

    /// <exception cref="InvalidOperationException">The folder holds databases of another number of accounts.</exception>
    public static ScaleState Read(string folder, int accounts)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) return new ScaleState { Accounts = accounts };
        var state = JsonSerializer.Deserialize<ScaleState>(File.ReadAllText(file))!;
        return state.Accounts == accounts ? state
            : throw new InvalidOperationException($"{folder} holds {state.Accounts} accounts; name another folder.");
    }

    public void Write(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this));
}
