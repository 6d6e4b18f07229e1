namespace Proxify.Transport.Uring;

/// <summary>A place on a <see cref="TimerWheel"/>; also the head of each of its lists.</summary>
internal sealed class WheelTimer
{
    private readonly IExpiring? _owner;

    public WheelTimer(IExpiring? owner)
    {
        _owner = owner;
        Next = Previous = this;
    }

    public WheelTimer Next { get; private set; }

    public WheelTimer Previous { get; private set; }

    /// <summary>The tick at which it expires.</summary>
    public long Due { get; set; }

    public bool IsLinked => Next != this;

    public void Expire()
    {
        try
        {
            _owner!.OnExpired();
        }
        catch (Exception e)
        {
            _owner!.OnDefect(e);
        }
    }

    public void LinkBefore(WheelTimer head)
    {
        Previous = head.Previous;
        Next = head;
        Previous.Next = this;
        head.Previous = this;
    }

    public void Unlink()
    {
        Previous.Next = Next;
        Next.Previous = Previous;
        Next = Previous = this;
    }

    /// <summary>Makes this head the head of another's list.</summary>
    public void TakeFrom(WheelTimer head)
    {
        if (!head.IsLinked)
            return;
        Next = head.Next;
        Previous = head.Previous;
        Next.Previous = this;
        Previous.Next = this;
        head.Next = head.Previous = head;
    }
}
