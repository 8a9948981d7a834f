import Glibc

/// Where files are decoded.
public enum DecodingPlace: Sendable, Hashable {
  /// In processes of a program, `cupel-worker`, which can open no file, make no connection and start nothing: what a bad file
  /// does to a decoder ends with it.
  case workers(program: String)
  /// In this process, for debugging. Unsafe: a file that a decoder cannot handle ends the process, or takes it over.
  case inProcess

  /// What is said where files are decoded in the process itself.
  public static let warning =
    "decode: in_process is unsafe and for debugging: a bad file can end this process or take it over"

  /// Worker processes of the program that belongs to the running one: `../libexec/cupel/cupel-worker` beside its folder, or
  /// for a development build in its own folder.
  public static let standard: DecodingPlace = {
    let executable = resolvedPath("/proc/self/exe") ?? "/cupel"
    let folder = executable[..<(executable.lastIndex(of: "/") ?? executable.startIndex)]
    let installed = "\(folder)/../libexec/cupel/cupel-worker"
    return .workers(program: resolvedPath(installed) ?? "\(folder)/cupel-worker")
  }()
}
