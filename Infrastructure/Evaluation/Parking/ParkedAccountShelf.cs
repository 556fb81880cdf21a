using System.Buffers.Text;
using System.Data;
using System.Text;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>Lists parked accounts together with parked events, and rebuilds them on request.</summary>
public sealed class ParkedAccountShelf(ParkedAccounts parked, ReadModelRebuilder rebuilder, ILogger<ParkedAccountShelf> logger)
{
    /// <summary>Sorts before the prefix of parked events.</summary>
    private const string Prefix = "pra_";

    /// <summary>The id under which the account is listed.</summary>
    public static string IdOf(string accountId) => Prefix + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(accountId));

    /// <summary>The account id that <see cref="IdOf"/> encoded; null where the id has another form.</summary>
    public static string? AccountOf(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(id.AsSpan(Prefix.Length))
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id.AsSpan(Prefix.Length)))
            : null;

    /// <summary>Newest first; accounts come after events that were parked at the same instant.</summary>
    public Task<IReadOnlyList<ParkedAccount>> ListAsync(
        string? accountId, ParkedPosition? after, int limit, CancellationToken cancellation) =>
        parked.ListAsync(
            accountId, after?.ParkedAt ?? DateTimeOffset.MaxValue, after is null ? null : AccountOf(after.Id), limit, cancellation);

    /// <summary>Rebuilds the account from the event log, with the events that came while it was parked.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached; the account stays parked.</exception>
    public async Task<RetryResult> RetryAsync(string accountId, CancellationToken cancellation)
    {
        if (!await HasAsync(accountId, cancellation)) return RetryResult.NotFound;
        try
        {
            return await rebuilder.RebuildAsync(accountId, cancellation) ? RetryResult.Rebuilt : RetryResult.NotFound;
        }
        catch (DBConcurrencyException)
        {
            return RetryResult.StillParked;
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
        {
            logger.LogError(failure, "Account {Account} cannot be rebuilt and stays parked", accountId);
            return RetryResult.StillParked;
        }
    }

    /// <summary>Whether the account is parked.</summary>
    public async Task<bool> HasAsync(string accountId, CancellationToken cancellation) =>
        (await parked.ListAsync(accountId, DateTimeOffset.MaxValue, null, 1, cancellation)).Count > 0;
}
