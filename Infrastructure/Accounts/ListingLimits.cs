namespace HealthApi.Infrastructure.Accounts;

/// <summary>The numbers of accounts that decide how a page is read. They change what a page costs and not what it contains.</summary>
/// <param name="Scanned">A filter with at most this many accounts may be answered from its own index: narrow entries, in a row.</param>
/// <param name="Read">The most accounts that are read for a page that is the best of all that match: a row or two each, at random.</param>
/// <param name="Covered">The same where the sort's index answers all filters, so that a walk reads no row that does not match.</param>
/// <param name="Chunk">The accounts that a walk first reads at once where only their rows tell whether they match.</param>
/// <param name="Walked">After so many accounts whose rows were read for one page, another way is tried once.</param>
internal sealed record ListingLimits(int Scanned = 25_000, int Read = 5_000, int Covered = 2_000, int Chunk = 500, int Walked = 10_000)
{
    /// <summary>A walk reads twice as many each time, up to this factor.</summary>
    public const int Growth = 8;
}
