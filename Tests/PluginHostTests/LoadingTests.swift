import Foundation
import JSON
import PluginHost
import Testing

@Suite struct LoadingTests {
  /// What stands in the way of loading each bad plugin, word for word; `FILE` is its path.
  static let refusals: [(name: String, message: String)] = [
    (
      "short_struct",
      "its descriptor is too short: it states 16 bytes, at least 40 are needed; set struct_size to sizeof, or build it with "
        + "the headers of ABI 1.0"
    ),
    (
      "no_size",
      "its descriptor is too short: it states 0 bytes, at least 40 are needed; set struct_size to sizeof, or build it with "
        + "the headers of ABI 1.0"
    ),
    (
      "future_major",
      "was built for ABI 2.3; this host takes 1.x: build it with this host's headers, or use a newer Cupel"
    ),
    ("missing_slot", "its descriptor lacks 'capability', which is required"),
    ("missing_judge_slot", "its cupel.judge/1 table lacks 'submit', which is required"),
    (
      "short_table",
      "its cupel.judge/1 table is too short: it states 24 bytes, at least 40 are needed; set struct_size to sizeof, or build "
        + "it with the headers of ABI 1.0"
    ),
    ("no_entry", "is a shared library, but not a Cupel plugin: it does not export cupel_plugin_entry"),
    (
      "null_descriptor",
      "its cupel_plugin_entry returned NULL; it must return the descriptor whatever the host's version"
    ),
    ("bad_id", "its id 'Bad Id' is not valid; accepted: lower-case letters, digits and '-'"),
    ("start_fails", "its start failed: no device was found"),
    ("no_capability", "offers nothing this host knows; accepted capabilities: cupel.decoder/1, cupel.judge/1"),
    ("undefined_symbol", "cannot be loaded: undefined symbol: cupel_missing_function"),
  ]

  @Test(arguments: refusals)
  func aBadPluginIsRefusedWithItsFileAndCause(name: String, message: String) {
    let file = Built.plugin(name)
    let host = PluginHost(PluginSearch(named: [file]))
    #expect(host.plugins.isEmpty)
    #expect(host.failures.map(\.description) == ["\(file): \(message)"])
  }

  @Test(arguments: ["good", "future_minor", "short_optional", "hangs_in_submit", "broken_images"])
  func aPluginThatCanBeReadIsLoaded(name: String) throws {
    let host = PluginHost(PluginSearch(named: [Built.plugin(name)]))
    #expect(host.failures.isEmpty)
    let info = try #require(host.plugins.first)
    #expect(info.id == name.replacing("_", with: "-"))
    #expect(info.file == Built.plugin(name))
    #expect(info.capabilities == [name == "broken_images" ? "cupel.decoder/1" : "cupel.judge/1"])
    #expect(info.abi == (name == "future_minor" ? "1.7" : "1.0"))
  }

  @Test func oneBadPluginInAFolderStopsNoOther() throws {
    let folder = "\(Built.folder)/mixed"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["good", "missing_slot", "future_minor"] {
      try FileManager.default.copyItem(atPath: Built.plugin(name), toPath: "\(folder)/\(name).so")
    }
    try Data("no library".utf8).write(to: URL(filePath: "\(folder)/text.so"))
    try Data("not looked at".utf8).write(to: URL(filePath: "\(folder)/README.md"))
    let host = PluginHost(PluginSearch(named: [folder]))
    #expect(host.plugins.map(\.id) == ["future-minor", "good"])
    #expect(
      host.failures.map(\.description) == [
        "\(folder)/missing_slot.so: its descriptor lacks 'capability', which is required",
        "\(folder)/text.so: is not a shared library; build it with cc -shared -fPIC (docs/abi.md)",
      ])
  }

  @Test func theSameIdTwiceIsRefusedNamingBothFiles() throws {
    let copy = "\(Built.folder)/good-copy.so"
    try? FileManager.default.copyItem(atPath: Built.plugin("good"), toPath: copy)
    let host = PluginHost(PluginSearch(named: [Built.plugin("good"), copy]))
    #expect(host.plugins.map(\.file) == [Built.plugin("good")])
    #expect(
      host.failures.map(\.description) == [
        "\(copy): its id 'good' is taken by \(Built.plugin("good")); remove one of the two files"
      ])
  }

  @Test func theSameFileTwiceIsOnePlugin() throws {
    let link = "\(Built.folder)/good-link.so"
    try? FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: Built.plugin("good"))
    let hard = "\(Built.folder)/good-hard.so"
    try? FileManager.default.linkItem(atPath: Built.plugin("good"), toPath: hard)
    let host = PluginHost(PluginSearch(named: [Built.plugin("good"), link, hard]))
    #expect(host.plugins.count == 1)
    #expect(host.failures.isEmpty)
  }

  @Test func placesThatAreNotThere() {
    let search = PluginSearch(
      named: ["/nonexistent/x.so"],
      folders: [.init(path: "/nonexistent/plugins"), .init(path: Built.folder, prefix: "none-")])
    let host = PluginHost(search)
    #expect(host.failures.map(\.description) == ["/nonexistent/x.so: cannot be read: No such file or directory"])
  }

  @Test func theEnvironmentNamesFilesAndFolders() {
    let search = PluginSearch.standard(files: ["/a.so"], environment: "/b.so::/c")
    #expect(search.named == ["/a.so", "/b.so", "/c"])
    #expect(search.folders.map(\.prefix) == ["", "libcupel-"])
    #expect(search.folders[0].path.hasSuffix("/../lib/cupel/plugins"))
  }

  @Test func anUnknownPluginIsNamedWithItsNeighbour() {
    let host = PluginHost(PluginSearch(named: [Built.plugin("good")]))
    let failure = #expect(throws: PluginFailure.self) { try host.judge(plugin: "goof", name: "j") }
    #expect(failure?.description == "unknown judge plugin 'goof'; did you mean 'good'? accepted: good")
  }

  @Test func aPluginThatIsThereButBrokenIsMentioned() throws {
    let folder = "\(Built.folder)/broken"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data("no library".utf8).write(to: URL(filePath: "\(folder)/libcupel-openai.so"))
    let host = PluginHost(PluginSearch(named: [folder]))
    let failure = #expect(throws: PluginFailure.self) { try host.judge(plugin: "openai", name: "j") }
    #expect(
      failure?.description
        == "unknown judge plugin 'openai'; there are none; \(folder)/libcupel-openai.so: is not a shared library; "
        + "build it with cc -shared -fPIC (docs/abi.md)")
  }
}
