import CupelTesting
import Foundation

/// Plugins in C, built once for all tests into a temporary folder.
enum Built {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  static let include = "\(root)/Sources/CCupelPlugin/include"

  /// The folder; its name has a link in it on some systems, so it is resolved.
  static let folder: String = {
    let path = NSTemporaryDirectory() + "/cupel-bad-plugins-\(getpid())"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let resolved = URL(filePath: path).resolvingSymlinksInPath().path
    atexit { try? FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "/cupel-bad-plugins-\(getpid())") }
    return resolved
  }()

  /// The library that Tests/BadPlugins/`name`.c makes.
  static func plugin(_ name: String) -> String { all[name] ?? "no plugin is called \(name)" }

  private static let all: [String: String] = {
    let sources = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/Tests/BadPlugins")) ?? []
    var built: [String: String] = [:]
    for source in sources where source.hasSuffix(".c") {
      let name = String(source.dropLast(2))
      let library = "\(folder)/\(name).so"
      let result = run([
        "cc", "-std=c11", "-Wall", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden", "-I", include, "-o", library,
        "\(root)/Tests/BadPlugins/\(source)",
      ])
      built[name] = result.end == .exited(0) ? library : "\(source): \(result.errorOutput)"
    }
    return built
  }()

  static func run(_ arguments: [String]) -> ChildProcess {
    do {
      return try ChildProcess.run(arguments, deadlineMilliseconds: 60_000)
    } catch {
      fatalError("\(error)")
    }
  }

  /// A file of the folder with these bytes.
  static func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let path = "\(folder)/\(name)"
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }
}
