namespace HealthApi.Core.Input;

/// <summary>The position of a reader in a document, the members it has seen in the open objects, and the errors so far.</summary>
internal sealed class DocumentTrail(string root)
{
    private readonly List<string> _segments = [];
    private readonly Stack<Container> _open = [];
    private Container? _left;

    public List<FieldError> Errors { get; } = [];

    public void Begin() => _open.Push(new Container());

    public void End() => _left = _open.Pop();

    /// <summary>Enters a member; false if the object had a member of this name before.</summary>
    public bool Enter(string member)
    {
        Step(member);
        return _open.Peek().Members.Add(member);
    }

    /// <summary>Enters the next item and returns its index.</summary>
    public int EnterItem()
    {
        var index = _open.Peek().Items++;
        Step(index.ToString());
        return index;
    }

    public bool IsItem(int index) => _open.Peek().Items == index + 1;

    /// <summary>Leaves the current member or item, if one was entered.</summary>
    public void Leave()
    {
        if (_open.Peek().Entered)
        {
            _segments.RemoveAt(_segments.Count - 1);
            _open.Peek().Entered = false;
        }
    }

    /// <summary>Whether the object that was closed last had the member.</summary>
    public bool Had(string member) => _left?.Members.Contains(member) == true;

    public void Fail(string code, string detail, string child)
        => Errors.Add(new FieldError(root + string.Concat(_segments) + child, code, detail));

    private void Step(string segment)
    {
        _segments.Add("/" + segment.Replace("~", "~0").Replace("/", "~1"));
        _open.Peek().Entered = true;
    }

    private sealed class Container
    {
        public HashSet<string> Members { get; } = [];

        public int Items { get; set; }

        public bool Entered { get; set; }
    }
}
