using HealthApi.Core.Signals;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Why an account's state cannot be used. Until the account is rebuilt its events wait in the event log, unfolded.</summary>
/// <param name="Reason">For operators; at most 400 characters.</param>
/// <param name="Format">The format of figures that a process must know to rebuild the account by itself; null where an operator must ask
/// for it.</param>
public sealed record AccountFault(string Reason, int? Format)
{
    /// <summary>Whether the store says so already.</summary>
    public bool IsStored { get; init; }

    /// <summary>The account cannot be evaluated, though its state can be read.</summary>
    public static AccountFault Failing { get; } = new("The service fails on it; its log of this time tells more.", null);

    /// <summary>What is wrong with a state that could not be read.</summary>
    public static AccountFault OfState(ReadOnlySpan<byte> figures)
    {
        if (!figures.IsEmpty && figures[0] != AccountFigures.Format)
        {
            var (read, known) = (figures[0], AccountFigures.Format);
            return new AccountFault($"Its figures have format {read}, and this process knows {known}.", Math.Max(read, known));
        }

        return new AccountFault(
            CanDecode(figures) ? "Its profile or what is remembered of it cannot be read." : "Its figures are damaged.", null);
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
