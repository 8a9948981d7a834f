import CupelTesting
import Foundation
import Testing

/// The memory layout of the ABI is frozen: what the golden file says is what the compiler makes of the headers.
@Suite struct LayoutTests {
  static let golden: [[String]] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/abi-layout.txt")
    let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }()

  @Test func theCompilerLaysOutWhatTheGoldenFileSays() throws {
    #expect(Self.golden.count > 140)
    var program = "#include <stdio.h>\n#include \"cupel_plugin/cupel_plugin.h\"\nint main(void) {\n"
    for line in Self.golden {
      let name = line[0].split(separator: ".")
      if name.count == 1 {
        program += "printf(\"\(name[0]) - %zu\\n\", sizeof(\(name[0])));\n"
      } else {
        program += "printf(\"\(line[0]) %zu %zu\\n\", offsetof(\(name[0]), \(name[1])), "
        program += "sizeof(((\(name[0]) *)0)->\(name[1])));\n"
      }
    }
    let source = try Built.file("layout.c", (program + "}\n").utf8)
    let compiled = Built.run(["cc", "-std=c11", "-I", Built.include, "-o", "\(Built.folder)/layout", source])
    #expect(compiled.end == .exited(0), "\(compiled.errorOutput)")
    let lines = Built.run(["\(Built.folder)/layout"]).output.split(separator: "\n").map(String.init)
    for (golden, actual) in zip(Self.golden.map { $0.joined(separator: " ") }, lines) { #expect(golden == actual) }
    #expect(lines.count == Self.golden.count)
  }

  @Test func theGoldenFileKnowsEveryMember() throws {
    let folder = "\(Built.include)/cupel_plugin"
    var members: Set<String> = []
    for header in try FileManager.default.contentsOfDirectory(atPath: folder) {
      var text = try String(contentsOfFile: "\(folder)/\(header)", encoding: .utf8)
      text.replace(#/\/\*(?s:.*?)\*\//#, with: "")
      for structure in text.matches(of: #/typedef struct (\w+) \{((?s:.*?))\n\} \w+;/#) {
        for declaration in structure.2.split(separator: ";") {
          let name =
            declaration.firstMatch(of: #/\(\*CUPEL_\w+ (\w+)\)/#)?.1
            ?? declaration.firstMatch(of: #/(\w+)(?:\[\d+\])?\s*$/#)?.1
          if let name { members.insert("\(structure.1).\(name)") }
        }
      }
    }
    #expect(members == Set(Self.golden.map { $0[0] }.filter { $0.contains(".") }))
  }

  @Test(
    arguments: ["base.h", "media.h", "decoder.h", "judge.h", "logprobs.h", "cupel_plugin.h"],
    [["cc", "-x", "c", "-std=c11"], ["c++", "-x", "c++", "-std=c++20"]])
  func everyHeaderCompilesAlone(header: String, compiler: [String]) throws {
    let flags = ["-fsyntax-only", "-Wall", "-Wextra", "-pedantic", "-Werror", "-I", Built.include]
    let source = try Built.file("alone-\(compiler[0])-\(header).c", "#include \"cupel_plugin/\(header)\"\n".utf8)
    let result = Built.run(compiler + flags + [source])
    #expect(result.end == .exited(0), "\(result.errorOutput)")
  }

  @Test func theHeadersStaySmall() throws {
    let folder = "\(Built.include)/cupel_plugin"
    let lines = try FileManager.default.contentsOfDirectory(atPath: folder).reduce(0) { sum, header in
      try sum
        + String(contentsOfFile: "\(folder)/\(header)", encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false
        ).count
    }
    #expect(lines < 500)
  }
}
