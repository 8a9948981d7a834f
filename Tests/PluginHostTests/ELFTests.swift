import Foundation
import PluginHost
import Testing

@Suite struct ELFTests {
  static let good: [UInt8] = (try? Data(contentsOf: URL(filePath: Built.plugin("good")))).map(Array.init) ?? []

  private func refusal(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = try Built.file(name, bytes)
    let host = PluginHost(PluginSearch(named: [path]))
    #expect(host.plugins.isEmpty)
    return host.failures.first.map { $0.description.replacing(path, with: "FILE") } ?? "none"
  }

  /// The loader would die of SIGBUS on some of these, and with it this test.
  @Test(arguments: [64, 100, 512, 1000, 4096, 5000, 8192, 10_000, 12_000, -1000, -64, -1])
  func aTruncatedLibraryIsRefusedBeforeTheLoaderSeesIt(cut: Int) throws {
    let count = cut < 0 ? Self.good.count + cut : cut
    try #require(count < Self.good.count)
    let message = try refusal("cut-\(count).so", Array(Self.good[..<count]))
    #expect(message.hasPrefix("FILE: is truncated or damaged: "))
    #expect(message.hasSuffix(" bytes, the file has \(count); build or copy it again"))
  }

  @Test func whatIsNotALibrary() throws {
    let notLibrary = "FILE: is not a shared library; build it with cc -shared -fPIC (docs/abi.md)"
    #expect(try refusal("empty.so", []) == notLibrary)
    #expect(try refusal("short.so", Array("\u{7F}ELF".utf8)) == notLibrary)
    #expect(try refusal("text.so", Array(repeating: 0x41, count: 5000)) == notLibrary)
    #expect(try refusal("elf32.so", changed([4: 1])) == "FILE: is not a 64-bit little-endian shared library")
    #expect(try refusal("big.so", changed([5: 2])) == "FILE: is not a 64-bit little-endian shared library")
    #expect(
      try refusal("executable.so", changed([16: 2]))
        == "FILE: is an ELF file, but not a shared library; link it with -shared")
    #if arch(x86_64)
      #expect(
        try refusal("arm.so", changed([18: 183])) == "FILE: was built for AArch64; this host runs x86-64")
    #endif
    #expect(try refusal("no-headers.so", changed([56: 0])) == "FILE: has no program headers a loader could use")
    #expect(try refusal("far.so", changed([39: 0x7F])).contains("its program headers needs 9151314442816848"))
    let folder = PluginHost(PluginSearch(named: ["/dev/null"]))
    #expect(folder.failures.map(\.description) == ["/dev/null: is not a regular file"])
  }

  @Test func theExportedSymbols() throws {
    #expect(try ELFFile(path: Built.plugin("good")).exportedSymbols() == ["cupel_plugin_entry"])
    #expect(
      try ELFFile(path: Built.plugin("exports_more")).exportedSymbols() == ["cupel_helper", "cupel_plugin_entry"])
  }

  /// Every single byte of the headers, turned over: an error or a library, never a crash of the reader.
  @Test func damagedHeadersNeverCrashTheReader() throws {
    for at in 0..<min(700, Self.good.count) {
      let path = try Built.file("flipped.so", changed([at: ~Self.good[at]]))
      _ = try? ELFFile(path: path).exportedSymbols()
    }
  }

  private func changed(_ changes: [Int: UInt8]) -> [UInt8] {
    var bytes = Self.good
    for (at, byte) in changes { bytes[at] = byte }
    return bytes
  }
}
