using System.Threading.Channels;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Imports;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// Reads chunks on one thread and stores them on another. The events go to the same intake as those of the lanes. They need no durable
/// lane, because the files can be read again. A checkpoint is saved after every chunk.
/// </summary>
internal sealed class ImportJob(
    ImportPlan plan, AccountPatches accounts, EventIntake intake, AccountEvaluations evaluations, ImportCheckpoints checkpoints,
    RejectionReport report,
    NotificationMode notifications)
{
    /// <summary>Events and accounts per transaction: few enough that a running service does not wait long for the store.</summary>
    private const int StoredTogether = 1_000, EvaluatedTogether = 200;

    private const int ReadAhead = 3;

    /// <summary>Imports the rows after the checkpoint and removes the checkpoint at the end.</summary>
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

    /// <summary>
    /// Stores a chunk. After an interruption a partly stored chunk is stored again as a whole, because repeated rows change nothing.
    /// </summary>
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
    /// Evaluates the accounts whose profile has changed at once and in the import's notification mode, before a running service evaluates
    /// them and sends webhooks.
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
