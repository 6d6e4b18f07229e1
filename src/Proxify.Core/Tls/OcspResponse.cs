namespace Proxify.Tls;

/// <summary>What an authority says of a certificate.</summary>
/// <param name="Bytes">DER.</param>
/// <param name="Until">After that it is not shown any more: clients would refuse the certificate for it.</param>
internal sealed record OcspResponse(byte[] Bytes, DateTimeOffset Until);
