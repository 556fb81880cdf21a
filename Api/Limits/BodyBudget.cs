using Microsoft.Extensions.Options;

namespace HealthApi.Api.Limits;

/// <summary>The memory that request bodies may take together: whoever would go beyond it is told to come again, and the process stays within its bounds.</summary>
internal sealed class BodyBudget(IOptions<LimitOptions> options)
{
    private readonly long _most = options.Value.BodyBytes > 0 ? options.Value.BodyBytes : long.MaxValue;
    private long _taken;

    /// <summary>Bytes held at this moment.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>False where there is no room; nothing is taken then.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= _most) return true;
        Return(bytes);
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
