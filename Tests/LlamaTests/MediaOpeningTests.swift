import Foundation
import JSON
import Judging
import Media
import PluginKit
import Testing

@testable import Llama

/// Projectors that are none, or not that of the model.
@Suite struct MediaOpeningTests {
  static let projector = [UInt8](
    FileManager.default.contents(atPath: Fixture.path("\(Fixture.vision)-mmproj")) ?? Data())

  static func failure(_ projector: String, model: String = Fixture.vision) -> String {
    do {
      try Fixture.judge(model, ["mmproj": .string(projector)]).close()
      return "opened"
    } catch { return "\(error)" }
  }

  @Test func whatIsNoProjectorSaysSo() throws {
    #expect(Self.failure("/nowhere/p.gguf") == "mmproj: /nowhere/p.gguf: No such file or directory")
    #expect(Self.failure("/").contains("mmproj: /: is not a file"))
    let cases: [([UInt8], String)] = [
      ([], "is not a GGUF file"),
      (Array("GGUF".utf8) + [3, 0, 0, 0] + [UInt8](repeating: 255, count: 64), "its header is damaged or cut off"),
      (OpeningTests.model, "is no projector (general.architecture is not 'clip')"),
    ]
    for (bytes, expected) in cases {
      let file = try OpeningTests.Copy(bytes)
      let failure = Self.failure(file.path)
      #expect(failure.hasPrefix("mmproj: \(file.path): ") && failure.contains(expected), "\(failure)")
    }
  }

  /// libmtmd itself reads what is missing as it comes.
  @Test func aTruncatedProjectorIsNeverOpened() throws {
    let whole = Self.projector.count
    for bytes in [100, 2_000, 5_000, whole / 2, whole - 100] {
      let file = try OpeningTests.Copy(Array(Self.projector.prefix(bytes)))
      let failure = Self.failure(file.path)
      #expect(failure.contains("damaged or cut off") || failure.contains("has \(bytes) of "), "\(failure)")
    }
  }

  @Test func aProjectorOfAnotherModelIsRefused() {
    let path = Fixture.path("\(Fixture.vision)-mmproj")
    // As wide as it, but with other positions.
    let failure = Self.failure(path, model: "qwen2")
    #expect(
      failure.contains("is a projector qwen2.5vl_merger, which needs a model with M-RoPE, and qwen2"), "\(failure)")
  }

  /// What libmtmd says of it is passed on.
  @Test(arguments: [(Fixture.whole, "qwen2", 32, 64), (Fixture.vision, Fixture.whole, 64, 32)])
  func aProjectorOfAnotherWidthIsRefused(_ projector: String, _ model: String, _ made: Int, _ wanted: Int) {
    let failure = Self.failure(Fixture.path("\(projector)-mmproj"), model: model)
    #expect(failure.contains("does not go with the model \(Fixture.path(model)): "), "\(failure)")
    #expect(failure.contains("n_embd = \(wanted)") && failure.contains("n_embd = \(made)"), "\(failure)")
  }

  @Test func aProjectorOfAnUnknownKindIsRefused() throws {
    var bytes = Data(Self.projector)
    let place = try #require(bytes.range(of: Data("qwen2.5vl_merger".utf8)))
    bytes.replaceSubrange(place, with: Data("qwen9.9vl_merger".utf8))
    let file = try OpeningTests.Copy([UInt8](bytes))
    let failure = Self.failure(file.path)
    #expect(failure.contains("does not go with the model") && failure.contains("qwen9.9vl_merger"), "\(failure)")
  }

  /// libmtmd would end the process at the first sound.
  @Test func aProjectorThatEndsTheProcessIsRefused() throws {
    func text(_ text: String) -> [UInt8] {
      withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { Array($0) } + Array(text.utf8)
    }
    let values = [("general.architecture", "clip"), ("clip.projector_type", "voxtral")]
    var bytes = Array("GGUF".utf8) + [3, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [2, 0, 0, 0, 0, 0, 0, 0]
    for (key, value) in values { bytes += text(key) + [8, 0, 0, 0] + text(value) }
    let file = try OpeningTests.Copy(bytes)
    let failure = Self.failure(file.path)
    #expect(
      failure.contains("is a projector voxtral, which this version of llama.cpp ends the process with"), "\(failure)")
  }

  @Test func aProjectorThatChangesIsNotUsedAnyLonger() async throws {
    let file = try OpeningTests.Copy(Self.projector)
    let judge = try Fixture.judge(Fixture.vision, ["mmproj": .string(file.path)])
    defer { judge.close() }
    let call = Fixture.call([.image(Fixture.picture(84, 84, 1))], Sampling(maxTokens: 2))
    _ = try await judge.reply(to: call)
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
    await #expect(throws: PluginError.self) { try await judge.reply(to: call) }
  }

  @Test func modalitiesAndFingerprintAreThoseOfTheProjector() throws {
    let sees = try Fixture.seeingJudge()
    let reads = try Fixture.judge(Fixture.vision)
    defer {
      sees.close()
      reads.close()
    }
    #expect(sees.description.modalities == [.text, .image, .frames])
    #expect(reads.description.modalities == [.text])
    #expect(sees.description.fingerprint != reads.description.fingerprint)
  }
}
