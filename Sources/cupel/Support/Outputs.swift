import Batch
import Glibc

/// Keeps what a command writes apart from what it reads.
enum Outputs {
  /// Refuses an output that is the file of an input, under whatever name, and two outputs that are one file: `--overwrite` is about results, not
  /// about what they were made of. `-` is a standard stream, which may be redirected.
  static func check(_ outputs: [String], inputs: [String]) throws {
    var taken: [FileIdentity: String] = [:]
    for output in outputs {
      guard let file = FileIdentity(of: output, standard: STDOUT_FILENO) else { continue }
      if let input = inputs.first(where: { FileIdentity(of: $0, standard: STDIN_FILENO) == file }) {
        throw CommandFailure.usage(
          "\(shown(output, "output")) is the input \(shown(input, "input")), too; name another file for the output")
      }
      if let other = taken[file] {
        throw CommandFailure.usage("\(shown(output, "output")) is \(shown(other, "output")), too; name a file for each")
      }
      taken[file] = output
    }
  }

  private static func shown(_ path: String, _ stream: String) -> String { path == "-" ? "standard \(stream)" : path }
}
