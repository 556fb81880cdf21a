using System.Threading.Channels;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Imports;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// Reads on one thread and stores on another, chunk by chunk. An import is a lane of its own: it hands its events to the same intake that
/// the lanes do, and needs no durable lane, since its files can be read again; a checkpoint follows every chunk.
/// </summary>
internal sealed class ImportJob(
    ImportPlan plan, AccountPatches accounts, EventIntake intake, AccountEvaluations evaluations, ImportCheckpoints checkpoints,
    RejectionReport report,
    NotificationMode notifications)
{
    /// <summary>Events and accounts a transaction; few enough that a running service never waits long for it.</summary>
    private const int StoredTogether = 1_000, EvaluatedTogether = 200;

    private const int ReadAhead = 3;

    /// <summary>Imports what comes after the checkpoint. When it is done the checkpoint is gone.</summary>
    public async Task<ImportTally> RunAsync(
        ImportCheckpoint from, ChunkReader reader, Action<double, ImportTally> progress, CancellationToken cancellation)
    {
        var tally = from.Tally;
        var (before, since) = (tally.Seconds, TimeProvider.System.GetTimestamp());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var chunks = Channel.CreateBounded<ImportChunk>(ReadAhead);
        var reading = Task.Run(() => ReadAsync(reader.Read(from.File, from.Rows), chunks.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var chunk in chunks.Reader.ReadAllAsync(cancellation))
            {
                await StoreAsync(chunk, tally, cancellation);
                tally.Seconds = before + TimeProvider.System.GetElapsedTime(since).TotalSeconds;
                var checkpoint = new ImportCheckpoint(chunk.File, chunk.EndRow, tally).ToJson();
                await StorePatience.RunAsync(() => checkpoints.SaveAsync(plan.Key, checkpoint, CancellationToken.None), cancellation);
                progress(chunk.Progress, tally);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }

        await StorePatience.RunAsync(() => checkpoints.RemoveAsync(plan.Key, cancellation), cancellation);
        return tally;
    }

    private static async Task ReadAsync(IEnumerable<ImportChunk> chunks, ChannelWriter<ImportChunk> writer, CancellationToken cancellation)
    {
        try
        {
            foreach (var chunk in chunks) await writer.WriteAsync(chunk, cancellation);
            writer.Complete();
        }
        catch (Exception failure)
        {
            writer.TryComplete(failure);
        }
    }

    /// <summary>A chunk that was stored by half is stored again as a whole after an interruption: repeats change nothing.</summary>
    private async Task StoreAsync(ImportChunk chunk, ImportTally tally, CancellationToken cancellation)
    {
        await StorePatience.RunAsync(() => accounts.WriteAsync(chunk.Accounts, tally, chunk.Rejections.Add, cancellation), cancellation);
        await EvaluateAsync(tally, cancellation);
        foreach (var some in chunk.Events.Chunk(StoredTogether))
            tally.Add(await StorePatience.RunAsync(() => intake.ProcessAsync(some, notifications, cancellation), cancellation));
        tally.Rows += chunk.Rows;
        tally.Unused += chunk.Unused;
        foreach (var rejection in chunk.Rejections)
        {
            report.Add(rejection);
            tally.Reject(rejection);
        }

        report.Flush();
    }

    /// <summary>
    /// Accounts whose profile has changed are judged by it at once, and as quietly as the rest: before a service that runs beside it does
    /// so aloud.
    /// </summary>
    private async Task EvaluateAsync(ImportTally tally, CancellationToken cancellation)
    {
        foreach (var some in accounts.Touched.Chunk(EvaluatedTogether))
        {
            var evaluated = await StorePatience.RunAsync(() => evaluations.EvaluateAsync(some, notifications, cancellation), cancellation);
            tally.Crossings += evaluated.Crossings;
        }

        accounts.Touched.Clear();
    }
}
