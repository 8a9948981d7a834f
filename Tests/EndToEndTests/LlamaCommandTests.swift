import Foundation
import Glibc
import JSON
import Testing

extension Program {
  /// Whether the plugin was built: it is where llama.cpp's library is.
  static let hasLlama = FileManager.default.fileExists(atPath: "\(folder)/libcupel-llama.so")
}

/// A model in the process, with the small models of its plugin's tests: they write nonsense, which is no verdict, and is never a score.
@Suite(.oneAtATime, .enabled(if: Program.hasLlama, "llama.cpp's library is not there"))
struct LlamaCommandTests {
  private static let pictures = "\(Program.repository)/Tests/FFmpegTests/Fixtures/files"

  /// Puts a model of the plugin's tests into a folder, under a name without its ending.
  static func link(_ model: String, to name: String, in scratch: Scratch) {
    symlink(
      "\(Program.repository)/Tests/LlamaTests/Fixtures/\(model).gguf", scratch("\(name).gguf"))
  }

  let scratch = Scratch()

  init() throws {
    Self.link("qwen2.5-vl", to: "m", in: scratch)
    Self.link("qwen2.5-vl-mmproj", to: "mm", in: scratch)
    for (name, copy) in [("plain", "a"), ("gray", "b")] {
      try FileManager.default.copyItem(atPath: "\(Self.pictures)/\(name).jpg", toPath: scratch("\(copy).jpg"))
    }
    scratch.write("rubrics/r.yaml", "name: r\ndescription: Is it red?\n")
    scratch.write(
      "cupel.yaml",
      """
      rubrics: [rubrics]
      judges:
        sees:
          plugin: llama
          options: {model: m.gguf, mmproj: mm.gguf, threads: 1}
          sampling: {max_tokens: 40}
        reads: {plugin: llama, options: {model: m.gguf, threads: 1}}
      """)
  }

  private func grade(_ judge: String, _ files: String...) -> (finished: Program.Finished, judgments: [JSONValue]) {
    let finished = Program.run(
      ["grade", "--rubric", "r", "--judge", judge, "-o", "out", "--overwrite"] + files, in: scratch)
    return (finished, scratch.lines("out").compactMap { try? JSONParser.parse($0) })
  }

  @Test func picturesAreGradedInTheProcess() throws {
    let first = grade("sees", "a.jpg", "b.jpg")
    #expect(first.judgments.count == 2, "\(first.finished.errors)")
    var replies: [String: String] = [:]
    for judgment in first.judgments {
      #expect(judgment["status"] == "unscored")
      #expect(judgment["scores"] == [nil])
      let sample = try #require(judgment["samples"]?.array?.first)
      #expect(["unparsed", "truncated"].contains(sample["reason"]?.string ?? ""))
      #expect(sample["usage"]?["prompt_tokens"]?.int.map { $0 > 800 } == true)
      replies[try #require(judgment["id"]?.string)] = try #require(sample["text"]?.string)
    }
    #expect(Set(replies.values).count == 2)
    // Alone, a picture gets the same reply.
    let again = grade("sees", "b.jpg").judgments
    #expect(again.first?["samples"]?.array?.first?["text"]?.string == replies["b.jpg"])
  }

  @Test func aServerShowsThemToo() async throws {
    let served = try await Served(in: scratch)
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(Self.pictures)/plain.jpg")))
    let url = "data:image/jpeg;base64,\(Data(bytes).base64EncodedString())"
    let answer = try await served.ask(
      "/v1/judge",
      """
      {"rubric": "r", "judge": "sees", "samples": 2, "items": [{"id": "q",
       "responses": [[{"type": "image_url", "image_url": {"url": "\(url)"}}]]}]}
      """)
    #expect(answer.status == 200, "\(answer.text)")
    let judgment = try #require(answer.json["judgments"]?.array?.first)
    #expect(judgment["status"] == "unscored")
    let usage = try #require(judgment["samples"]?.array).compactMap { $0["usage"] }
    #expect(usage.count == 2)
    // What the two samples have in common, picture and all, is read once.
    let cached = usage.compactMap { $0["cached_tokens"]?.int }
    #expect(cached.max().map { $0 > 800 } == true, "\(usage)")
  }

  @Test func aModelWithoutAProjectorIsNotShownThem() {
    let (finished, judgments) = grade("reads", "a.jpg")
    #expect(finished.status != 0)
    #expect(judgments.first?["reason"] == "invalid_input")
    #expect(
      judgments.first?["message"]?.string?.contains("judge 'reads' is not shown any (its modalities: text)") == true,
      "\(judgments)")
  }

  @Test func aModelIsNoProjector() {
    scratch.write("cupel.yaml", "judges: {wrong: {plugin: llama, options: {model: m.gguf, mmproj: m.gguf}}}\n")
    let finished = Program.run(["judge", "probe", "wrong"], in: scratch)
    #expect(finished.status != 0)
    #expect(finished.errors.contains("mmproj: m.gguf: is no projector (general.architecture is not 'clip')"))
  }

  @Test func aProbeShowsAPicture() {
    let finished = Program.run(["judge", "probe", "sees"], in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    for piece in ["images             yes  a picture of 448 x 448", "projector          yes  qwen2.5vl_merger, "] {
      #expect(finished.output.contains(piece), "\(finished.output)")
    }
  }

  @Test func aBenchmarkReadsItsPictureOnce() throws {
    func usage(_ size: String) throws -> (read: Int, cached: Int) {
      let finished = Program.run(
        [
          "judge", "bench", "sees", "--only", "picture", "--prompt-tokens", "80", "--reply-tokens", "4", "--seed", "5",
          "--picture-size", size, "--format", "json",
        ], in: scratch)
      #expect(finished.status == 0, "\(finished.errors)")
      let report = try JSONParser.parse(finished.output)
      let part = try #require(report["parts"]?.array?.first)
      #expect(part["name"] == "picture" && part["calls"]?.int == 16 && part["failed"]?.int == 0)
      let usage = try #require(part["usage"])
      return (try #require(usage["prompt_tokens"]?.int), try #require(usage["cached_tokens"]?.int))
    }
    // 18 tokens and 9, in each of 16 calls after the same words, and taken over in all but one; when calls come late, in all but a few.
    let (large, small) = (try usage("168x84"), try usage("84x84"))
    #expect(large.read - small.read == 16 * 9)
    #expect((12 * 9...16 * 9).contains(large.cached - small.cached), "\(large) \(small)")
    let reads = Program.run(["judge", "bench", "reads", "--only", "picture"], in: scratch)
    #expect(reads.status == 2 && reads.errors.contains("picture: not asked: the judge is not shown images"))
  }
}
