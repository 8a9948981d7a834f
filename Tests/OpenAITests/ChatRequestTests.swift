import JSON
import Judging
import Media
import Rubrics
import Testing
import Wire

@testable import OpenAI

@Suite struct ChatRequestTests {
  private static let red = Image(width: 1, height: 1, pixels: [255, 0, 0])
  private static let drawn = Image(
    width: 1, height: 1, pixels: [255, 0, 0], original: .init(bytes: [1, 2, 3, 4], mediaType: "image/jpeg"))

  @Test func textIsAPlainString() throws {
    let call = Self.call([
      JudgeMessage(.system, [.text("Judge \"fairly\".\n")]), JudgeMessage(.user, [.text("A"), .text("B")]),
    ])
    #expect(
      try body(call)
        == #"{"model":"m","messages":[{"role":"system","content":"Judge \"fairly\".\n"},{"role":"user","content":"AB"}],"stream":false}"#
    )
  }

  @Test func samplingIsWritten() throws {
    let sampling = Sampling(
      temperature: 0.6, topP: 0.95, maxTokens: 4096, stop: ["</answer>"], seed: 7, topLogprobs: 20)
    let call = Self.call(sampling: sampling)
    let common =
      #""temperature":0.6,"top_p":0.95,"max_tokens":4096,"stop":["</answer>"],"logprobs":true,"top_logprobs":20"#
    #expect(try settings(call) == "\(common),\"seed\":7")
    #expect(try settings(call, samples: 3, from: 2) == #"\#(common),"seed":9,"n":3"#)
  }

  @Test func settingsThatAServerRefusesAreLeftOut() throws {
    let sampling = Sampling(temperature: 0.6, topP: 0.9, maxTokens: 64, stop: ["x"], seed: 7)
    let options = #""omit": ["temperature", "top_p", "stop", "seed"], "max_tokens_field": "max_completion_tokens""#
    #expect(try settings(Self.call(sampling: sampling), options) == #""max_completion_tokens":64"#)
  }

  @Test(arguments: [
    (UInt64(0), 0, "0"), (2_147_483_647, 0, "2147483647"), (2_147_483_647, 1, "0"), (2_147_483_648, 1, "2147483649"),
    (.max, 0, "9223372036854775807"),
  ])
  func seedsStayWhatServersTake(seed: UInt64, sample: Int, written: String) throws {
    #expect(try settings(Self.call(sampling: Sampling(seed: seed)), samples: 1, from: sample) == #""seed":\#(written)"#)
  }

  @Test func extraBodyIsAdded() throws {
    let options = #""extra_body": {"top_k": 20, "chat_template_kwargs": {"enable_thinking": true}}"#
    #expect(try settings(Self.call(), options) == #""top_k":20,"chat_template_kwargs":{"enable_thinking":true}"#)
  }

  @Test(arguments: [
    ("system", #"[{"role":"system","content":"S"},{"role":"user","content":"U"}]"#),
    ("developer", #"[{"role":"developer","content":"S"},{"role":"user","content":"U"}]"#),
    ("user", #"[{"role":"user","content":"S\n\nU"}]"#),
  ])
  func whoSpeaksTheSystemMessage(role: String, messages: String) throws {
    let call = Self.call([JudgeMessage(.system, [.text("S")]), JudgeMessage(.user, [.text("U")])])
    #expect(try self.messages(call, #""system_role": "\#(role)""#) == messages)
  }

  @Test func aSystemMessageAloneIsTheUsers() throws {
    let alone = Self.call([JudgeMessage(.system, [.text("S")]), JudgeMessage(.assistant, [.text("A")])])
    #expect(
      try messages(alone, #""system_role": "user""#)
        == #"[{"role":"user","content":"S"},{"role":"assistant","content":"A"}]"#)
  }

  @Test func picturesGoAsTheFileTheyCameFrom() throws {
    let call = Self.call([JudgeMessage(.user, [.text("Look:"), .image(Self.drawn), .text("")])])
    #expect(
      try messages(call, #""modalities": ["image"], "image": {"detail": "low"}"#)
        == #"[{"role":"user","content":[{"type":"text","text":"Look:"},"#
        + #"{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,AQIDBA==","detail":"low"}}]}]"#)
  }

  @Test(arguments: [#"{"types": ["image/png"]}"#, #"{"max_original_bytes": 3}"#])
  func otherFilesAreWrittenAnew(image: String) throws {
    let call = Self.call([JudgeMessage(.user, [.image(Self.drawn)])])
    let text = try messages(call, #""modalities": ["image"], "image": \#(image)"#)
    #expect(
      text.hasPrefix(
        #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo"#))
  }

  @Test func framesAreImagesWithTheirMoments() throws {
    let frames = [Frame(timeMicroseconds: 0, image: Self.drawn), Frame(timeMicroseconds: 1_250_400, image: Self.drawn)]
    let call = Self.call([JudgeMessage(.user, [.frames(frames)])])
    let picture = #"{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,AQIDBA=="}}"#
    #expect(
      try messages(call, #""modalities": ["frames"]"#)
        == #"[{"role":"user","content":[{"type":"text","text":"Frame 1 of 2, at 0 s:"},\#(picture),"#
        + #"{"type":"text","text":"Frame 2 of 2, at 1.25 s:"},\#(picture)]}]"#)
    #expect(
      try messages(call, #""modalities": ["frames"], "frames": "video_url""#)
        == #"[{"role":"user","content":[{"type":"video_url","video_url":{"url":"data:video/jpeg;base64,AQIDBA==,AQIDBA=="}}]}]"#
    )
  }

  private static let film = EncodedFile(bytes: [1, 2, 3], mediaType: "video/mp4")
  private static let shown = [Frame(timeMicroseconds: 0, image: red)]

  @Test func aVideoIsPassedOnAsItCame() throws {
    let call = Self.call([JudgeMessage(.user, [.frames(Self.shown, original: Self.film)])])
    #expect(
      try messages(call, #""modalities": ["frames"], "frames": "file""#)
        == #"[{"role":"user","content":[{"type":"video_url","video_url":{"url":"data:video/mp4;base64,AQID"}}]}]"#)
  }

  @Test(
    arguments: [
      (nil, "{}", "the video is damaged, so it is not passed on as it is (frames: file)"),
      (film, #"{"types": ["video/webm"]}"#, "the video is video/mp4, and the judge is configured to take video/webm"),
      (film, #"{"max_original_bytes": 2}"#, "the video is 3 bytes large, over the judge's max_original_bytes = 2"),
    ] as [(EncodedFile?, String, String)])
  func aVideoThatCannotBePassedOnIsRefused(file: EncodedFile?, video: String, message: String) {
    let call = Self.call([JudgeMessage(.user, [.frames(Self.shown, original: file)])])
    let options = #""modalities": ["frames"], "frames": "file", "video": \#(video)"#
    let unscored = #expect(throws: Unscored.self) { try body(call, options) }
    #expect(
      unscored?.reason == .invalidInput && unscored?.message.hasPrefix(message) == true, "\(unscored?.message ?? "")")
  }

  @Test(arguments: [("audio/mpeg", "mp3"), ("audio/wav", "wav"), ("audio/flac", nil)] as [(String, String?)])
  func aSoundGoesAsItCameWhereItsTypeIsTaken(type: String, format: String?) throws {
    let file = EncodedFile(bytes: [1, 2, 3], mediaType: type)
    let call = Self.call([JudgeMessage(.user, [.sound(Sound(rate: 8000, channels: 1, samples: [0]), original: file)])])
    let text = try messages(call, #""modalities": ["sound"]"#)
    #expect(text.contains(#""data":"AQID","format":"\#(format ?? "none")""#) == (format != nil))
    #expect(try messages(call, #""modalities": ["sound"], "sound": {"max_original_bytes": 2}"#).contains("UklGR"))
  }

  @Test func soundIsWAV() throws {
    let sound = Sound(rate: 8000, channels: 1, samples: [0, 1, -1, 2, .nan, 0.5])
    let call = Self.call([JudgeMessage(.user, [.sound(sound)])])
    let text = try messages(call, #""modalities": ["sound"]"#)
    #expect(
      text.hasPrefix(
        #"[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"UklGRjAAAABXQVZFZm10IBAAAAABAAEA"#))
    #expect(text.hasSuffix(#"","format":"wav"}}]}]"#))
    #expect(
      try WAVEncoder.encode(sound).dropFirst(40) == [12, 0, 0, 0, 0, 0, 255, 127, 1, 128, 255, 127, 0, 0, 0, 64])
  }

  @Test(arguments: [
    (JudgePart.image(red), "image"), (.frames([Frame(timeMicroseconds: 0, image: red)]), "frames"),
    (.sound(Sound(rate: 1, channels: 1, samples: [0])), "sound"),
  ])
  func whatTheJudgeIsNotShownIsRefused(part: JudgePart, modality: String) {
    let unscored = #expect(throws: Unscored.self) { try body(Self.call([JudgeMessage(.user, [part])])) }
    #expect(unscored?.reason == .invalidInput)
    #expect(unscored?.message.contains("not configured to be shown \(modality); if its model can be, add") == true)
  }

  @Test func theReferenceOfAScoringJudgeIsRefused() {
    let unscored = #expect(throws: Unscored.self) { try body(Self.call([JudgeMessage(.reference, [.text("4")])])) }
    #expect(unscored?.reason == .invalidInput && unscored?.message.contains("role reference") == true)
  }

  @Test func aNumberThatJSONHasNotIsRefused() {
    let unscored = #expect(throws: Unscored.self) { try body(Self.call(sampling: Sampling(temperature: .infinity))) }
    #expect(unscored?.reason == .invalidInput)
  }

  @Test(
    arguments: [
      ([], ""), ([0], "AA=="), ([1, 2], "AQI="), ([255, 254, 253], "//79"), (Array("Man is".utf8), "TWFuIGlz"),
    ] as [([UInt8], String)])
  func base64IsTheStandardOne(bytes: [UInt8], text: String) {
    var writer = BodyWriter(capacity: 0)
    writer.base64(bytes)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
  }

  @Test(arguments: [
    (Int64(0), "0"), (500_000, "0.5"), (12_345_678, "12.346"), (60_000_000, "60"), (-1_500_000, "-1.5"), (400, "0"),
  ])
  func momentsAreShort(microseconds: Int64, text: String) {
    #expect(Frame(timeMicroseconds: microseconds, image: Self.red).seconds == text)
  }

  static func call(
    _ messages: [JudgeMessage] = [JudgeMessage(.user, [.text("U")])], sampling: Sampling = Sampling(),
    shape: JSONValue? = nil,
    timeout: Int? = nil
  ) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: "i", order: [0]), messages: messages, sampling: sampling, promptDigest: "sha256:0",
      answerShape: shape, timeoutMilliseconds: timeout)
  }

  private func body(
    _ call: JudgeCall, _ more: String = "", samples: Int = 1, from first: Int = 0
  ) throws -> String {
    let options = try Options.read(more)
    let request = try ChatRequest(call, model: options.model, options: #require(options.chat), extra: options.extraBody)
    let bytes = request.body(samples: samples, from: first)
    _ = try JSONParser.parse(bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What follows `"stream":false`.
  private func settings(
    _ call: JudgeCall, _ more: String = "", samples: Int = 1, from first: Int = 0
  ) throws -> String {
    let text = try body(call, more, samples: samples, from: first)
    let start = try #require(text.firstRange(of: #""stream":false,"#))
    return String(text[start.upperBound...].dropLast())
  }

  private func messages(_ call: JudgeCall, _ more: String) throws -> String {
    let text = try body(call, more)
    let end = try #require(text.firstRange(of: #","stream":false"#))
    return String(text[..<end.lowerBound].dropFirst(#"{"model":"m","messages":"#.count))
  }
}
