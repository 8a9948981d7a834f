internal import CCupelPlugin
import Glibc
import JSON
import PluginBridge
import PluginHost

/// The plugin under test, as far as a check wants it opened.
struct ConformanceSubject: Sendable {
  let file: String
  /// The configuration for the judge; nil: none was given.
  let configText: String?
  /// A file for the decoder; nil: none was given.
  let sample: String?

  /// - Parameter options: `{"config": {…}, "sample": "path"}`, as ``Conformance`` writes it.
  init(file: String, options: String) {
    let options = (try? JSONParser.parse(options)) ?? [:]
    self.file = resolvedPath(file) ?? file
    configText = options["config"].flatMap { try? JSONWriter.compact($0) }
    sample = options["sample"]?.string
  }

  var config: String { configText ?? "{}" }

  /// The library, loaded and started.
  func plugin() throws(ConformanceCheck.End) -> LoadedPlugin {
    do {
      return try LoadedPlugin.load(file)
    } catch {
      throw .failed(error.message)
    }
  }

  /// The judge's functions; skips the check where there are none.
  func judge() throws(ConformanceCheck.End) -> JudgeUnderTest {
    guard let table = try plugin().judge else { throw .skipped("the plugin offers no \(CUPEL_JUDGE)") }
    return JudgeUnderTest(table: table)
  }

  /// An open judge; skips the check where it needs a configuration that was not given.
  func openJudge() throws(ConformanceCheck.End) -> OpenJudgeUnderTest {
    let judge = try judge()
    switch judge.open(config) {
    case .success(let open): return open
    case .failure(let refusal) where configText == nil && refusal.status == .invalidInput:
      throw .skipped("the judge needs a configuration, give one with --options: \(refusal.message)")
    case .failure(let refusal): throw .failed("open failed: \(refusal.message)")
    }
  }

  /// The decoder's functions; skips the check where there are none.
  func decoder() throws(ConformanceCheck.End) -> DecoderUnderTest {
    guard let table = try plugin().decoder else { throw .skipped("the plugin offers no \(CUPEL_DECODER)") }
    return DecoderUnderTest(table: table)
  }

  /// The decoder and a file that it reads; skips the check where there is none.
  func decoderWithSample() throws(ConformanceCheck.End) -> (DecoderUnderTest, [UInt8]) {
    let decoder = try decoder()
    if let sample {
      guard let bytes = readFile(sample) else { throw .failed("the sample \(sample) cannot be read") }
      return (decoder, bytes)
    }
    let known = builtInSamples.max { decoder.probe(Array($0.prefix(4096))) < decoder.probe(Array($1.prefix(4096))) }
    guard let known, decoder.probe(known) > 0 else {
      throw .skipped("no file is built in that this decoder reads; give one with --sample")
    }
    return (decoder, known)
  }
}

private func readFile(_ path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 { return nil }
    if count == 0 { return bytes }
    bytes += buffer[..<count]
  }
}
