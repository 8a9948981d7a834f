import CupelTesting
import Glibc
import Media
import PluginHost
import Testing

/// The plugin built by the line of its README is the same plugin.
@Suite struct ByHandTests {
  @Test func theLineOfTheReadmeBuildsIt() async throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let readme = String(decoding: try contents(of: "\(root)/Plugins/png/README.md"), as: UTF8.self)
    let line = try #require(readme.split(separator: "\n").first { $0.hasPrefix("cc ") })
    let library = "/tmp/libcupel-png-\(getpid()).so"
    defer { unlink(library) }
    let command =
      "cd '\(root)' && " + line.replacing("libcupel-png.so", with: library) + " -Wall -Wextra -Wclobbered -Werror"
    let build = try ChildProcess.run(["sh", "-c", command], deadlineMilliseconds: 120_000)
    #expect(build.end == .exited(0), "\(build.errorOutput)")

    let host = PluginHost(PluginSearch(named: [library]))
    #expect(host.failures.isEmpty)
    let bytes = try Fixture.bytes("rgb-alpha-16-interlaced")
    let media = try await #require(host.decoders(.inProcess).first).decode(bytes, limits: MediaLimits())
    #expect(try await media == PNG.decode(bytes))
  }
}
