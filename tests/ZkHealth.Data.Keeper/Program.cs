using System.Security.Cryptography;
using ZkHealth.Data;

// stores records until it is killed; a line "name value" says that a record is stored, so that something may leave the member
var state = new MemberFolder(args[0]);
using TextWriter output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
for (int j = 0; ; j++)
{
    string name = $"signed-{j}";
    try
    {
        byte[] value = state.StoreOnce(name, RandomNumberGenerator.GetBytes(1 + 977 * j % 5000));
        output.WriteLine($"{name} {Convert.ToHexString(value)}");
        state.Replace("counter", BitConverter.GetBytes(j));
        output.WriteLine($"counter {Convert.ToHexString(BitConverter.GetBytes(j))}");
    }
    catch (IOException e)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
}
