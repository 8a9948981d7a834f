import Glibc

/// The built program, as a user runs it: it lies beside the test executable.
enum Program {
  static let folder: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let path = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }()

  static let cupel = "\(folder)/cupel"

  /// The root of the sources.
  static let repository = String(#filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined())

  /// What came of a program that has ended.
  struct Finished {
    /// The exit status; 128 and the signal for one that was killed.
    let status: Int32
    let output: String
    let errors: String
  }

  /// Runs `cupel` in `folder` to its end.
  static func run(
    _ arguments: [String], in folder: Scratch, input: String = "/dev/null", environment: [String: String] = [:]
  ) -> Finished {
    Running([cupel] + arguments, in: folder, input: input, environment: environment).wait()
  }

  /// Runs a script by bash, with `cupel` in reach.
  static func script(_ text: String, in folder: Scratch, environment: [String: String] = [:]) -> Finished {
    Running(["/bin/bash", "-euo", "pipefail", "-c", text], in: folder, input: "/dev/null", environment: environment)
      .wait()
  }
}

/// A program that has been started. Its streams are files in the folder it runs in, so that it never waits for a reader; or those
/// that are named, which may be pipes.
final class Running {
  let process: pid_t
  private let scratch: Scratch
  private let streams: (output: String, errors: String)

  init(
    _ arguments: [String], in scratch: Scratch, input: String, environment: [String: String] = [:],
    streams: (output: String, errors: String)? = nil
  ) {
    self.scratch = scratch
    let number = scratch.nextNumber()
    self.streams = streams ?? ("\(scratch.path).out.\(number)", "\(scratch.path).err.\(number)")

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
    for (descriptor, file) in [(STDOUT_FILENO, self.streams.output), (STDERR_FILENO, self.streams.errors)] {
      posix_spawn_file_actions_addopen(&actions, descriptor, file, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    }
    // Nothing of the user's own settings, and signals as a shell leaves them.
    var environment = environment
    environment["PATH"] = "\(Program.folder):/usr/bin:/bin"
    environment["HOME"] = scratch.path
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // `env` changes the folder, which posix_spawn cannot portably do, and then becomes the program.
    let arguments = ["/usr/bin/env", "-C", scratch.path] + arguments
    var process = pid_t()
    let code = withCStrings(arguments) { argv in
      withCStrings(environment.map { "\($0)=\($1)" }) { envp in
        argv.map { posix_spawn(&process, arguments[0], &actions, &attributes, $0, envp) } ?? EINVAL
      }
    }
    precondition(code == 0, "\(arguments[0]): \(String(cString: strerror(code)))")
    self.process = process
  }

  func wait() -> Program.Finished {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return Program.Finished(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      output: Scratch.content(of: streams.output), errors: Scratch.content(of: streams.errors))
  }

  deinit {
    unlink(streams.output)
    unlink(streams.errors)
  }
}

private func withCStrings<Value>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Value
) -> Value {
  var pointers = strings.map { strdup($0) } + [nil]
  defer { pointers.forEach { free($0) } }
  return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
}
