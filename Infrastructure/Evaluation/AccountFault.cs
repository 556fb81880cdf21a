using HealthApi.Core.Signals;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Why an account's state cannot be used. Its events stay in the event log and are folded when the account is rebuilt.</summary>
/// <param name="Reason">For operators; at most 400 characters.</param>
/// <param name="Format">The format of figures that a process must know to rebuild the account by itself; null where an operator must start
/// the rebuild.</param>
public sealed record AccountFault(string Reason, int? Format)
{
    /// <summary>Whether the account is already parked in the store.</summary>
    public bool IsStored { get; init; }

    /// <summary>The account's state can be read, but the account cannot be evaluated.</summary>
    public static AccountFault Failing { get; } =
        new("Evaluating it failed unexpectedly. The service's log at this time shows why.", null);

    /// <summary>The fault of a state that could not be read.</summary>
    public static AccountFault OfState(ReadOnlySpan<byte> figures)
    {
        if (!figures.IsEmpty && figures[0] is (< AccountFigures.OldestReadable or > AccountFigures.Format))
        {
            var (read, known) = (figures[0], AccountFigures.Format);
            return new AccountFault($"Its figures have format {read}, and this process knows {known}.", Math.Max(read, known));
        }

        return new AccountFault(
            CanDecode(figures) ? "Its profile or its memory cannot be read." : "Its figures are damaged.", null);
    }

    private static bool CanDecode(ReadOnlySpan<byte> figures)
    {
        try
        {
            AccountFigures.Decode(figures);
            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return false;
        }
    }
}
