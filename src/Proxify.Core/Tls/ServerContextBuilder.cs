using System.Security.Cryptography;
using System.Text;
using Proxify.Configuration;
using Proxify.Linux;
using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>Makes the context in which clients are served.</summary>
/// <param name="app">The app's name: no session of one is resumed in another.</param>
/// <param name="tls">Valid.</param>
/// <param name="path">Where it stands in the config.</param>
/// <param name="files">Reads what it names.</param>
internal sealed class ServerContextBuilder(string app, TlsConfig tls, string path, TlsFiles files)
{
    private static readonly TimeSpan TicketLife = TimeSpan.FromHours(2);

    private readonly SafeSslContext _context = ContextSettings.Create(tls, isServer: true);
    private readonly Dictionary<nint, OcspResponse> _responses = [];
    private readonly ClientCertificatesConfig? _clients = tls.ClientCertificates is { Mode: not ClientCertificateMode.Off } clients ? clients : null;

    /// <param name="random">The secrets for tickets where the config names none.</param>
    /// <param name="clock">For what has expired.</param>
    /// <returns>Null: a file is not good, which the files have been told.</returns>
    public ServerContext? Build(TicketSecrets random, TimeProvider clock)
    {
        var certificates = UseCertificates();
        if (_clients is not null)
            AskForCertificates(_clients);
        var secrets = tls.TicketKeys.Count == 0 ? random : ReadSecrets();
        if (files.Errors.Count > 0)
        {
            _context.Dispose();
            return null;
        }

        var purpose = Purpose();
        var state = new ContextState(clock)
        {
            Certificates = certificates,
            Peers = _clients is null ? PeerRules.None : new PeerRules(_clients),
            RequiresPeer = _clients is { Mode: ClientCertificateMode.Require },
            RevocationsUntil = files.Validities.Where(v => v.IsRevocationList).Select(v => v.Until).DefaultIfEmpty(DateTimeOffset.MaxValue).Min(),
            Protocols = ContextSettings.Encode(tls.Alpn),
            Responses = _responses,
            Tickets = secrets.Derive(purpose),
        };
        OpenSsl.SetState(_context, state);
        SetUp(purpose, state);
        return new ServerContext(new TlsContext(_context) { IsServer = true, VerifiesPeer = _clients is not null }, state, purpose);
    }

    private void SetUp(byte[] purpose, ContextState state)
    {
        OpenSsl.SetAutomaticDh(_context);
        ContextSettings.Must(OpenSsl.SetSessionIdContext(_context, purpose), "session id");
        OpenSsl.SetSessionTimeout(_context, TicketLife);
        OpenSsl.SetTicketCount(_context, tls.Tickets);
        if (tls.Tickets == 0)
            OpenSsl.SetOptions(_context, OpenSsl.OptionNoTicket); // Otherwise TLS 1.2 has one all the same.
        else
            Tickets.SetUp(_context);
        if (tls.Alpn.Count > 0)
            ProtocolSelection.SetUp(_context);
        if (state.Certificates.HasSeveralOfAKind)
            CertificateSelection.SetUp(_context);
        if (_responses.Count > 0)
            Stapling.SetUp(_context);
    }

    /// <summary>The first of each kind is the context's own: for clients without a name, or with one that no certificate has.</summary>
    private CertificateTable UseCertificates()
    {
        var all = new List<KeyedCertificate>();
        for (var i = 0; i < tls.Certificates.Count; i++)
        {
            var (here, config) = ($"{path}.{TlsOptions.Certificates.Name}[{i}]", tls.Certificates[i]);
            var option = $"{here}.{CertificateOptions.Certificate.Name}";
            if (files.ReadKeyed(option, config.Certificate, $"{here}.{CertificateOptions.Key.Name}", config.Key) is not { } keyed)
                continue;
            if (!all.Exists(known => known.Kind == keyed.Kind))
                ContextSettings.Use(_context, keyed, option, config.Certificate, files);
            all.Add(keyed);
            if (config.Ocsp is { } response)
                ReadResponse(keyed, $"{here}.{CertificateOptions.Ocsp.Name}", response);
        }

        return new CertificateTable(all);
    }

    private void ReadResponse(KeyedCertificate certificate, string option, string file)
    {
        using var content = files.Read(option, file);
        if (content is null)
            return;
        if (OpenSsl.ReadOcsp(content.Bytes, certificate.Chain[0]) is not var (isGood, from, until))
        {
            files.Warn(file, $"is not stapled: it is no OCSP response in DER for the certificate of {string.Join(", ", certificate.Names)}");
            return;
        }

        if (!isGood)
            files.Warn(file, $"says that the certificate of {string.Join(", ", certificate.Names)} is not good");
        files.Note(new Validity($"OCSP response for {string.Join(", ", certificate.Names)}", file, from, until));
        _responses[OpenSsl.Read(certificate.Chain[0], x509 => x509)] = new OcspResponse(content.Bytes.ToArray(), until);
    }

    private void AskForCertificates(ClientCertificatesConfig clients)
    {
        var here = $"{path}.{TlsOptions.ClientCertificates.Name}";
        OpenSsl.VerifyPeers(_context, clients.Mode == ClientCertificateMode.Require, clients.Depth);
        PeerVerification.SetUp(_context);
        ContextSettings.Trust(_context, clients.Authorities, $"{here}.{ClientCertificatesOptions.Authorities.Name}", files, asksFor: true);
        ContextSettings.Revoke(_context, clients.RevocationLists, $"{here}.{ClientCertificatesOptions.RevocationLists.Name}", files);
    }

    private TicketSecrets ReadSecrets()
    {
        var all = new List<TicketSecrets>();
        for (var i = 0; i < tls.TicketKeys.Count; i++)
        {
            var (option, file) = ($"{path}.{TlsOptions.TicketKeys.Name}[{i}]", tls.TicketKeys[i]);
            using var content = files.ReadSecret(option, file);
            if (content is null)
                continue;
            if (TicketSecrets.Parse(content.Bytes) is { } secrets)
                all.Add(secrets);
            else
                files.Fail(option, file, $"{content.Bytes.Length:N0} bytes are no secrets of 80 or 48 bytes each, nor lines of so many in base64");
        }

        return TicketSecrets.Join(all);
    }

    /// <summary>
    /// What a session may be resumed for: this app, under these rules about its clients. Where a rule changes, or the content of an authority or a list, nobody
    /// resumes what was begun before.
    /// </summary>
    private byte[] Purpose()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"proxify 1 {app.Length} {app} {(_clients is null ? "" : TlsSignature.Of(_clients))}"));
        if (_clients is not null)
            hash.AppendData(files.Digest(_clients.Authorities.Concat(_clients.RevocationLists)));
        return hash.GetHashAndReset();
    }
}
