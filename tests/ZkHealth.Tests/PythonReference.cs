using System.Diagnostics;

namespace ZkHealth.Tests;

/// <summary>The executable specification beside the repository, as a judge of files made here.</summary>
internal static class PythonReference
{
    /// <summary>Whether `vectors.py check` accepts every file.</summary>
    public static bool Accepts(params byte[][] files)
    {
        string folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
        try
        {
            var start = new ProcessStartInfo("python3")
            {
                WorkingDirectory = Path.Combine(Repository.Shared!, "reference"),
                RedirectStandardOutput = true,
            };
            start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
            start.ArgumentList.Add("vectors.py");
            start.ArgumentList.Add("check");
            for (int i = 0; i < files.Length; i++)
            {
                string path = Path.Combine(folder, $"{i}.json");
                File.WriteAllBytes(path, files[i]);
                start.ArgumentList.Add(path);
            }

            using Process process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
