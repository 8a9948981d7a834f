import CupelTesting
import Foundation
import Glibc
import JSON
import Testing

/// README.md: its commands work, its links lead somewhere, and the front door says what is missing.
@Suite(.oneAtATime) struct ReadmeTests {
  let scratch = Scratch()

  private var commands: [String] {
    GettingStartedTests.blocks(of: "../README.md").filter { $0.language == "sh" && !Self.isAboutServing($0) }.flatMap(
      \.lines
    )
    .map { line in line.firstIndex(of: "#").map { String(line[..<$0]) } ?? line }
    .filter { $0.contains { !$0.isWhitespace } }
  }

  @Test func itsCommandsWork() throws {
    symlink("\(Program.repository)/Examples", scratch("Examples"))
    let targets = Scratch.content(of: "\(Program.repository)/Makefile")
    // The page's server is stood in for by a scripted one.
    let server = try ModelServer {
      .chat("<think>So.</think>" + String(repeating: "<answer>4</answer>", count: 4), for: $0)
    }
    defer { server.close() }
    let commands = commands.map { $0.replacingOccurrences(of: "http://127.0.0.1:8000", with: server.url) }
    #expect(commands.count >= 4)
    for command in commands {
      if command.hasPrefix("make ") {
        let target = try #require(command.split(separator: " ").dropFirst().first)
        #expect(targets.contains("\n\(target): "), "the Makefile has no target \(target)")
      } else {
        #expect(command.hasPrefix("cupel "), "\(command) is not run by any test")
        let finished = Program.script(command, in: scratch)
        #expect(finished.status == 0, "\(command): \(finished.errors)")
      }
    }
    #expect(server.statistics.answered > 0)
  }

  private static func isAboutServing(_ block: GettingStartedTests.Block) -> Bool {
    ["cupel serve", "curl "].contains { block.lines.first?.hasPrefix($0) == true }
  }

  @Test func itsServerAnswersAsItSays() async throws {
    let blocks = GettingStartedTests.blocks(of: "../README.md").filter(Self.isAboutServing)
    #expect(blocks.map { $0.lines[0].prefix(5) } == ["cupel", "curl "])
    let server = try await Served(in: scratch)
    let command = try #require(blocks.last).lines.joined(separator: "\n")
    let asked = Program.script(
      command.replacingOccurrences(of: "http://127.0.0.1:8080", with: server.url), in: scratch)
    #expect(asked.status == 0, "\(asked.errors)")
    let group = try JSONParser.parse(asked.output)["groups"]?.array?.first
    #expect(group?["rewards"]?.array?.map(\.isNull) == [false, false, true], "\(asked.output)")
    #expect(group?["unscored"]?.array?.first?["reason"] == "invalid_input")
    #expect(await server.stop().status == 0)
  }

  @Test func itsLinksLeadSomewhere() {
    let page = Scratch.content(of: "\(Program.repository)/README.md")
    let links = page.matches(of: /\]\(([^)]+)\)/).map { String($0.output.1) }.filter { !$0.hasPrefix("http") }
    #expect(links.count > 5)
    for link in links { #expect(access("\(Program.repository)/\(link)", F_OK) == 0, "\(link)") }
  }

  @Test func theDemoShowsReasonsOrdersAndFailures() {
    let finished = Program.script("'\(Program.repository)/Examples/demo.sh' \"$(command -v cupel)\" out", in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    for part in [
      "unscored: invalid_input 1", "NOT the same in both orders", "the same in both orders", "unscored (truncated)",
      "2 attempt(s)", "\"zero_spread\": false",
    ] {
      #expect(finished.output.contains(part), "\(part) is missing")
    }
  }

  @Test func aMissingToolchainIsSaid() {
    let finished = Program.script("PATH=/usr/bin:/bin make -C '\(Program.repository)' toolchain", in: scratch)
    guard access("/usr/bin/swift", X_OK) != 0 else { return }
    #expect(finished.status != 0)
    #expect(finished.errors.contains("no Swift toolchain found. Install Swift 6.2 or later"), "\(finished.errors)")
  }
}
