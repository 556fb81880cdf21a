using HealthApi.Core.Signals;

namespace HealthApi.Core.Evaluation;

/// <summary>Why a part of a score moved.</summary>
public enum ChangeCause : byte
{
    /// <summary>Something was told: an event or a profile.</summary>
    NewData,

    /// <summary>Time alone: a window moved on, days passed.</summary>
    Expired,

    /// <summary>There is no data any more.</summary>
    Missing,

    /// <summary>Another model judges.</summary>
    Model,

    /// <summary>An override began, ended or is another.</summary>
    Override,
}

/// <summary>
/// A part of a change. <see cref="Change"/> is in points, a whole number of tenths; null where a part rests on no single component or
/// signal.
/// </summary>
public sealed record ChangePart(string? Component, Signal? Signal, ChangeCause Cause, decimal Change, string Detail);
