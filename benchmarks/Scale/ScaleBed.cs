using HealthApi.Benchmarks.Hosts;

namespace HealthApi.Benchmarks.Scale;

/// <summary>The databases of one folder, and the service on them.</summary>
internal sealed class ScaleBed : IAsyncDisposable
{
    private static readonly string[] Unlimited = ["--Limits:Backlog", "0"];

    private Product? _product;

    public ScaleBed(ScaleOptions options, TextWriter output)
    {
        (Options, Output, Draw) = (options, output, new AccountDraw(options.Accounts));
        Directory.CreateDirectory(options.Folder);
        State = ScaleState.Read(options.Folder, options.Accounts);
        Floor = new ScaleFloor(Path.Combine(options.Folder, "floor.db"));
    }

    public ScaleOptions Options { get; }

    public TextWriter Output { get; }

    public AccountDraw Draw { get; }

    public ScaleFloor Floor { get; }

    public ScaleState State { get; private set; }

    public string File => Path.Combine(Options.Folder, "health.db");

    /// <summary>The service on the database with many accounts; started where it does not run.</summary>
    public async Task<Product> ProductAsync() => _product ??= await StartAsync(Options.Folder);

    /// <summary>Starts the executable that is measured on the database in a folder.</summary>
    public Task<Product> StartAsync(string folder, params IEnumerable<string> settings) =>
        Product.StartFromAsync(Options.Executable ?? Product.Executable, folder, [.. Unlimited, .. settings]);

    /// <summary>An empty folder for a measurement with a database of its own; what an earlier run left there is deleted.</summary>
    public string NewFolder(string name)
    {
        var folder = Path.Combine(Options.Folder, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    public void Keep(ScaleState state) => (State = state).Write(Options.Folder);

    /// <summary>Stops the service, so that the file can be changed or another process started.</summary>
    public async Task StopAsync()
    {
        if (_product is not null) await _product.DisposeAsync();
        _product = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
