import Testing

/// `cupel plugin list` and `cupel plugin check`, as a user runs them.
@Suite(.oneAtATime) struct PluginCommandTests {
  static let shipped: [(plugin: String, options: [String])] = [
    ("png", []), ("\(Program.folder)/libcupel-png.so", []), ("checks", []),
    ("checks", ["--options", #"{"criteria": [{"name": "a", "check": {"contains": "Paris"}}]}"#]),
    ("replay", ["--options", #"{"file": "replies.jsonl"}"#]),
  ]

  @Test(arguments: shipped) func theShippedPluginsPass(plugin: String, options: [String]) {
    let folder = Scratch()
    folder.write("replies.jsonl", #"{"key": {"item": "a", "order": [0]}, "text": "x"}"#)
    let finished = Program.run(["plugin", "check", plugin] + options, in: folder)
    #expect(finished.status == 0, "\(finished.output)\(finished.errors)")
    #expect(finished.output.hasPrefix("success    file: "))
    #expect(finished.output.contains("all is well: "))
  }

  @Test func aFileThatIsNoPluginFailsWithStatusSix() {
    let folder = Scratch()
    folder.write("plugin.so", "not a library")
    let finished = Program.run(["plugin", "check", "./plugin.so", "--only", "file", "--only", "loads"], in: folder)
    #expect(finished.status == 6)
    #expect(finished.output.contains("is not a shared library; build it with cc -shared -fPIC (docs/abi.md)"))
    #expect(finished.errors == "cupel: error: 2 of 2 checks: file, loads\n")
  }

  @Test func aBadPluginIsListedWithItsCause() {
    let folder = Scratch()
    folder.write("plugin.so", "not a library")
    let finished = Program.run(["plugin", "list"], in: folder, environment: ["CUPEL_PLUGIN_PATH": "plugin.so:none.so"])
    #expect(finished.status == 6)
    for id in ["checks", "openai", "png", "replay"] { #expect(finished.output.contains("\n\(id) ")) }
    #expect(finished.errors.contains("plugin.so: is not a shared library"))
    #expect(finished.errors.contains("none.so: cannot be read: No such file or directory"))
  }
}
