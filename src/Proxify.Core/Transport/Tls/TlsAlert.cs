namespace Proxify.Transport.Tls;

/// <summary>What an alert says: RFC 8446, section 6.</summary>
/// <param name="Level">1 for a warning, 2 for what ends the connection.</param>
/// <param name="Description">Its number.</param>
internal readonly record struct TlsAlert(byte Level, byte Description)
{
    public const byte CloseNotifyCode = 0;
    public const byte UserCanceledCode = 90;

    private const byte Fatal = 2;

    public static TlsAlert CloseNotify { get; } = new(1, CloseNotifyCode);

    public static TlsAlert UnexpectedMessage { get; } = new(Fatal, 10);

    public static TlsAlert BadRecordMac { get; } = new(Fatal, 20);

    public static TlsAlert RecordOverflow { get; } = new(Fatal, 22);

    public static TlsAlert DecodeError { get; } = new(Fatal, 50);
}
