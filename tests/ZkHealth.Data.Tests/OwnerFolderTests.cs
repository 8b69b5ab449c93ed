using System.Runtime.Versioning;
using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>
/// Attacks, C: under umask 000 the folders KEY.dealt and TABLE.zkt.cubes were open to everybody, and what lay in the first as
/// well;
/// a member's folder that was there was taken whatever its mode.
/// </summary>
public sealed class OwnerFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_root, true);

    private const UnixFileMode Open =
            UnixFileMode.UserRead
            | UnixFileMode.UserWrite
            | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite
            | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite
            | UnixFileMode.OtherExecute,
        Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_of_ones_own_is_closed_to_others_even_where_it_was_open()
    {
        Skip.If(OperatingSystem.IsWindows(), "modes are those of Unix");
        foreach (string name in (string[])["made", "there"])
        {
            string dealt = Path.Combine(_root, name + ".dealt"),
                member = Path.Combine(_root, name + ".member");
            if (name == "there")
            {
                Directory.CreateDirectory(dealt, Open);
                Directory.CreateDirectory(member, Open);
                File.SetUnixFileMode(dealt, Open);
                File.SetUnixFileMode(member, Open);
            }

            new BlobFolder(dealt).Put([1, 2, 3]);
            _ = new MemberFolder(member);
            Assert.Equal([Closed, Closed], ((string[])[dealt, member]).Select(File.GetUnixFileMode));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Directory.GetFiles(dealt).Single())
            );
        }
    }
}
