using HealthApi.Core.Signals;

namespace HealthApi.Core.Evaluation;

/// <summary>The cause of a part of a change.</summary>
public enum ChangeCause : byte
{
    /// <summary>A new event or a new profile.</summary>
    NewData,

    /// <summary>Time alone: data left a window, or a number of days rose.</summary>
    Expired,

    /// <summary>The signal has become missing.</summary>
    Missing,

    /// <summary>Another model came into force.</summary>
    Model,

    /// <summary>An override began, ended or was replaced.</summary>
    Override,
}

/// <summary>
/// A part of a change of a score. <see cref="ChangePart.Change"/> is in points, a multiple of 0.1. Component and signal are null if the
/// part belongs to no single one.
/// </summary>
public sealed record ChangePart(string? Component, Signal? Signal, ChangeCause Cause, decimal Change, string Detail);
