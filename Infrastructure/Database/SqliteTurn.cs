using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Makes the writers of a SQLite file take turns across processes. SQLite's writers poll for its lock, so a process that writes all the
/// time could keep the others waiting for ever. Here a waiting writer holds the queue lock until the current writer has finished, and that
/// writer needs the queue lock before it can write again. A writer therefore waits for at most one transaction of each other process. This
/// gives fairness only; SQLite's own lock protects the file.
/// </summary>
internal sealed class SqliteTurn(string path, TimeSpan patience) : IDisposable
{
    private readonly FileLock _queue = new(path + "-queue"), _writer = new(path + "-writer");

    /// <summary>
    /// Waits for this writer's turn, at most for <c>patience</c>; after that the caller goes ahead and competes for SQLite's lock. Dispose
    /// of the result to end the turn.
    /// </summary>
    public async ValueTask<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        if (!await TakeAsync(_queue, began, cancellation)) return new Turn(null);
        try
        {
            return new Turn(await TakeAsync(_writer, began, cancellation) ? _writer : null);
        }
        finally
        {
            _queue.Release();
        }
    }

    public void Dispose()
    {
        _queue.Dispose();
        _writer.Dispose();
    }

    private async ValueTask<bool> TakeAsync(FileLock file, long began, CancellationToken cancellation)
    {
        while (!file.TryTake())
        {
            if (!file.IsBusy || TimeProvider.System.GetElapsedTime(began) > patience) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellation);
        }

        return true;
    }

    private sealed class Turn(FileLock? held) : IDisposable
    {
        public void Dispose() => held?.Release();
    }

    /// <summary>A lock between processes. The operating system releases it when the process ends.</summary>
    private sealed class FileLock(string path) : IDisposable
    {
        private const int Exclusive = 2, NonBlocking = 4, Unlock = 8;

        /// <summary>
        /// EWOULDBLOCK on Linux and macOS, and ERROR_SHARING_VIOLATION: another process held the file's lock while .NET opened the file.
        /// </summary>
        private static readonly int[] SharingViolations = [11, 35, unchecked((int)0x80070020)];

        private SafeFileHandle? _file;
        private bool _isUnusable = !OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS();

        /// <summary>Whether the last try failed because another process holds the lock. Waiting makes sense only in this case.</summary>
        public bool IsBusy { get; private set; }

        public bool TryTake()
        {
            IsBusy = false;
            if (_isUnusable) return false;
            try
            {
                _file ??= Open();
                IsBusy = flock(_file, Exclusive | NonBlocking) != 0;
                return !IsBusy;
            }
            catch (Exception failure) when (failure is UnauthorizedAccessException or DirectoryNotFoundException
                or DllNotFoundException or EntryPointNotFoundException)
            {
                // The system has no such locks, or the file cannot be created: do not try again.
                _isUnusable = true;
                return false;
            }
            catch (IOException failure)
            {
                // .NET takes a lock of its own while it opens the file, so a sharing violation means another writer. Other errors (disk
                // full, no file handles) do not; they may pass, so the next turn tries again.
                IsBusy = SharingViolations.Contains(failure.HResult);
                return false;
            }
        }

        public void Release()
        {
            if (_file is not null) _ = flock(_file, Unlock);
        }

        public void Dispose() => _file?.Dispose();

        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int flock(SafeFileHandle file, int operation);

        private SafeFileHandle Open()
        {
            using var created = new FileStream(
                path, OwnerFile.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
            var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            _ = flock(file, Unlock);
            return file;
        }
    }
}
