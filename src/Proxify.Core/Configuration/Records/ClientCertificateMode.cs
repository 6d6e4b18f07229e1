namespace Proxify.Configuration;

/// <summary>Whether clients have to show a certificate.</summary>
public enum ClientCertificateMode
{
    /// <summary><c>require</c>: nobody comes in without a good one.</summary>
    Require,

    /// <summary><c>request</c>: they are asked for one, and may have none. One that is shown and is not good is refused all the same.</summary>
    Request,

    /// <summary><c>off</c>: they are not asked for one.</summary>
    Off,
}
