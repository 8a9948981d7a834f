import Glibc
import Testing

/// docs/getting-started.md is true: its commands run, one after the other in one folder, and print what the page says.
@Suite(.oneAtATime) struct GettingStartedTests {
  struct Block {
    let language: String
    let line: Int
    let lines: [String]
  }

  /// The fenced blocks of a page.
  static func blocks(of page: String) -> [Block] {
    var blocks: [Block] = []
    var open: (language: String, line: Int, lines: [String])?
    let lines = Scratch.content(of: "\(Program.repository)/docs/\(page)").split(
      separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        if let block = open { blocks.append(Block(language: block.language, line: block.line, lines: block.lines)) }
        open = open == nil ? (String(line.dropFirst(3)), number + 1, []) : nil
      } else {
        open?.lines.append(String(line))
      }
    }
    return blocks
  }

  @Test(arguments: ["getting-started.md", "configuration.md", "calibration.md"]) func itsCommandsPrintWhatItSays(
    page: String
  ) throws {
    let scratch = Scratch()
    symlink("\(Program.repository)/Examples", scratch("Examples"))
    let blocks = Self.blocks(of: page)
    #expect(blocks.count { $0.language == "console" } > 2)
    for block in blocks {
      switch block.language {
      case "sh":
        let finished = Program.script(block.lines.joined(separator: "\n"), in: scratch)
        #expect(finished.status == 0, "\(page):\(block.line): \(finished.errors)")
      case "console": Self.run(block, in: scratch, page)
      case "yaml", "json": break
      default:
        Issue.record("\(page):\(block.line): a block of '\(block.language)' is not run; use sh, console, yaml or json")
      }
    }
  }

  /// The file with everything in it is a valid one.
  @Test func theWholeConfigurationIsAccepted() throws {
    let scratch = Scratch()
    let whole = try #require(Self.blocks(of: "configuration.md").first { $0.language == "yaml" })
    scratch.write("cupel.yaml", whole.lines.joined(separator: "\n"))
    scratch.write("replies.jsonl", "{\"key\": {\"item\": \"a\", \"order\": [0]}, \"text\": \"\"}\n")
    scratch.write("keys", "trainer 0123456789abcdef\n")
    for folder in ["build", "rubrics", "pictures"] { mkdir(scratch(folder), 0o755) }
    let finished = Program.run(["config", "check"], in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.output.contains("teacher: plugin replay, generative, at most 8 in flight, timeout 60000 ms"))
  }

  /// Runs the commands of a block, and holds what they print against what it says they do.
  static func run(_ block: Block, in scratch: Scratch, _ page: String) {
    var printed: [String] = []
    for command in block.lines where command.hasPrefix("$ ") {
      printed.append(command)
      let finished = Program.script("set +e; { \(command.dropFirst(2)); } 2>&1", in: scratch)
      let lines = finished.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
      // This plugin is there where its library is, which the pages cannot know.
      printed += lines.filter { !$0.hasPrefix("  llama ") }
    }
    #expect(printed.count == block.lines.count, "\(page):\(block.line): \(printed.joined(separator: "\n"))")
    for (said, found) in zip(block.lines, printed) {
      let certain = said.split(separator: "…", omittingEmptySubsequences: false)
      let agrees = certain.count > 1 ? found.hasPrefix(certain[0]) : found == said
      #expect(agrees, "\(page):\(block.line): the page says '\(said)', the program '\(found)'")
    }
  }
}
