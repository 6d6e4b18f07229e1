using System.Security.Cryptography;
using Proxify.Configuration;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>
/// Reads the files that the TLS options of one side of an app name, and collects what is wrong with them. What a private key holds is in none of the messages.
/// </summary>
/// <param name="folder">Absolute; what relative paths are relative to.</param>
/// <param name="before">An earlier reading, of which certificates are taken whose files are the same; null: there is none.</param>
internal sealed class TlsFiles(string folder, TlsFiles? before = null)
{
    private readonly List<ConfigError> _errors = [];
    private readonly List<string> _warnings = [];
    private readonly List<Validity> _validities = [];
    private readonly Dictionary<string, FileReading> _readings = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Certificate, string Key), KeyedCertificate> _keyed = [];

    public string Folder => folder;

    public IReadOnlyList<ConfigError> Errors => _errors;

    /// <summary>What keeps nothing from working.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Until when what was read holds.</summary>
    public IReadOnlyList<Validity> Validities => _validities;

    /// <summary>What was read, each file once.</summary>
    public IReadOnlyCollection<FileReading> Readings => _readings.Values;

    /// <summary>Whether the other reading has found the same in the same files.</summary>
    public bool HasSameContent(TlsFiles other) => _readings.Count == other._readings.Count && !ChangedSince(other).Any();

    /// <summary>The paths of the files that have other content than in an earlier reading, or are new.</summary>
    public IEnumerable<string> ChangedSince(TlsFiles other) =>
        _readings.Values.Where(r => !other._readings.TryGetValue(r.Path, out var there) || !there.Hash.Span.SequenceEqual(r.Hash.Span)).Select(r => r.Path);

    /// <param name="option">Where in the config it stands: <c>Apps[0].Tls.Certificates[0].Key</c>.</param>
    /// <param name="file">As the config names it.</param>
    /// <param name="problem">What is wrong, to follow the file's name.</param>
    public void Fail(string option, string file, string problem) => _errors.Add(new ConfigError(option, $"{file}: {problem}"));

    public void Warn(string file, string problem) => _warnings.Add($"{file}: {problem}");

    public void Note(Validity validity) => _validities.Add(validity);

    /// <summary>Null: it cannot be read, which is told.</summary>
    public FileContent? Read(string option, string file)
    {
        var path = Absolute(file);
        var stamp = Libc.StampOf(path);
        var content = FileContent.Read(path, out var problem);
        if (problem is not null)
            Fail(option, file, problem);
        _readings[path] = FileReading.Of(path, problem == ConfigFile.NotNow.Message ? null : stamp, content);
        return content;
    }

    /// <summary>As <see cref="Read"/>, of what nobody else should read; with a warning where others can.</summary>
    public FileContent? ReadSecret(string option, string file)
    {
        var content = Read(option, file);
        WarnOfOthers(file);
        return content;
    }

    /// <summary>A certificate, what leads from it to its authority, and its key; null: one of them is not good, which is told.</summary>
    /// <param name="certificateOption">Where the certificate's file stands.</param>
    /// <param name="certificateFile">Its chain in PEM.</param>
    /// <param name="keyOption">Where the key's file stands.</param>
    /// <param name="keyFile">Null: the certificate's.</param>
    public KeyedCertificate? ReadKeyed(string certificateOption, string certificateFile, string keyOption, string? keyFile)
    {
        var files = (Absolute(certificateFile), Absolute(keyFile ?? certificateFile));
        var keyed = Known(files, keyFile ?? certificateFile);
        if (keyed is null)
        {
            var (errors, isSeparate) = (_errors.Count, keyFile is not null && keyFile != certificateFile);
            var chain = PemReading.Certificates(this, certificateOption, certificateFile);
            var key = chain.Count == 0 && !isSeparate ? null : PemReading.Key(this, isSeparate ? keyOption : certificateOption, keyFile ?? certificateFile);
            if (_errors.Count > errors)
                return null;
            if (!OpenSsl.Fits(chain[0], key!))
            {
                Fail(isSeparate ? keyOption : certificateOption, keyFile ?? certificateFile,
                    $"has a private key that is not that of the first certificate in {certificateFile}: {OpenSsl.TakeError()}");
                return null;
            }

            keyed = new KeyedCertificate(chain, key!);
        }

        _keyed[files] = keyed;
        Note(new Validity($"certificate of {string.Join(", ", keyed.Names)}", certificateFile, keyed.From, keyed.Until) { IsOwnCertificate = true });
        return keyed;
    }

    /// <summary>The digest of files that have been read, in this order.</summary>
    public byte[] Digest(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(_readings[Absolute(file)].Hash.Span);
        return hash.GetHashAndReset();
    }

    /// <summary>One that was read before and whose files are as they were.</summary>
    private KeyedCertificate? Known((string Certificate, string Key) files, string keyFile)
    {
        if (before is null || !before._keyed.TryGetValue(files, out var keyed))
            return null;
        var (certificate, key) = (before._readings[files.Certificate], before._readings[files.Key]);
        if (certificate.HasChanged || key.HasChanged)
            return null;
        (_readings[files.Certificate], _readings[files.Key]) = (certificate, key);
        WarnOfOthers(keyFile);
        return keyed;
    }

    private void WarnOfOthers(string file)
    {
        if (_readings[Absolute(file)].Stamp is { IsReadByOthers: true } stamp)
            Warn(file, $"is not for its owner alone to read, as a secret should be (mode {stamp.Rights})");
    }

    private string Absolute(string file) => Path.GetFullPath(file, folder);
}
