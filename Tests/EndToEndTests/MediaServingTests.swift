import CupelTesting
import JSON
import Media
import Testing

/// Pictures, video and sound from a request to `cupel serve` to what a model server gets of them, and back.
@Suite(.oneAtATime) struct MediaServingTests {
  let scratch = Scratch()

  /// A judge that is shown everything; `options` go to the plugin, `settings` stand beside them.
  private func served(
    _ server: ModelServer, _ options: String = "modalities: [image, frames, sound]", _ settings: String = "{}"
  ) async throws -> Served {
    scratch.write("rubrics/r.yaml", "name: r\ndescription: Which is better?\nformat: pairwise\norder: both\n")
    scratch.write(
      "cupel.yaml",
      """
      rubrics: [rubrics]
      judges:
        judge:
          plugin: openai
          options: {url: "\(server.url)/v1", model: tiny, retries: 0, \(options)}
          media: \(settings)
      """)
    return try await Served(in: scratch)
  }

  /// Likes what is shown first: 8, then 3 for all others.
  private static func firstIsBest(_ request: ModelServer.Request) -> ModelServer.Reply {
    let text = String(decoding: request.body, as: UTF8.self)
    let count = (1...9).last { text.contains("<<<RESPONSE \($0) ") } ?? 2
    return .chat(
      "<think>So.</think><answer>8</answer>" + String(repeating: "<answer>3</answer>", count: count - 1), for: request)
  }

  private func part(_ kind: String, _ name: String, _ type: String) throws -> JSONValue {
    let url = try TestMedia.url(name, type)
    var part = JSONObject()
    part["type"] = .string(kind)
    if kind == "input_audio" {
      let data = String(url[try #require(url.firstIndex(of: ","))...].dropFirst())
      part[kind] = ["data": .string(data), "format": .string(type)]
    } else {
      part[kind] = ["url": .string(url)]
    }
    return .object(part)
  }

  private func judge(_ served: Served, _ item: JSONValue, _ more: [String: JSONValue] = [:]) async throws -> JSONValue {
    var object = JSONObject()
    object["rubric"] = "r"
    object["items"] = .array([item])
    for (name, value) in more { object[name] = value }
    let answer = try await served.ask("/v1/judge", try JSONWriter.compact(.object(object)))
    try #require(answer.status == 200, "\(answer.text)")
    return try #require(answer.json["judgments"]?.array?.first)
  }

  /// The text before the medium at `index`, and which fence it stands in.
  private func fence(_ parts: [ReceivedPart], _ index: Int) -> String {
    let before = parts[..<index].compactMap(\.text).joined()
    let openings = before.matches(of: /<<<(END )?((?:PROMPT|REFERENCE|RESPONSE)[ A-Z0-9]*?) ?[0-9a-f]{16}>>>/)
    return openings.last.map { $0.output.1 == nil ? String($0.output.2) : "none" } ?? "none"
  }

  /// What was sent of each medium, in its place: `IMAGE 1 in PROMPT`.
  private func places(_ parts: [ReceivedPart]) -> [String] {
    parts.indices.compactMap { index in
      guard parts[index].text == nil, index > 0, let before = parts[index - 1].text,
        let name = before.firstMatch(of: /<<<((?:IMAGE|VIDEO|SOUND) [0-9]+) [0-9a-f]{16}>>>\n(?:Frame 1 of .*)?$/)
      else { return nil }
      return "\(name.output.1) in \(fence(parts, index))"
    }
  }

  @Test func aPairOfEditsWithTheirSource() async throws {
    let server = try ModelServer(script: Self.firstIsBest)
    defer { server.close() }
    let served = try await served(server)
    let item: JSONValue = [
      "id": "edit",
      "prompt": [
        ["type": "text", "text": "Make this gray: "], try part("image_url", "plain.jpg", "image/jpeg"),
        ["type": "text", "text": " and nothing else."],
      ],
      "responses": [
        [try part("image_url", "gray.jpg", "image/jpeg")], [try part("image_url", "plain.bmp", "image/bmp")],
      ],
    ]
    let judgment = try await judge(served, item)
    #expect(judgment["status"] == "ok" && judgment["winner"] == .null, "\(judgment)")
    #expect(judgment["position_consistent"] == false, "\(judgment)")
    let source = try TestMedia.bytes("plain.jpg"), gray = try TestMedia.bytes("gray.jpg")
    let bitmap = try #require(try await TestMedia.decoded(try TestMedia.bytes("plain.bmp")).image)
    try #require(server.requests.count == 2)
    for request in server.requests {
      let parts = try ReceivedPart.all(request.json)
      #expect(places(parts) == ["IMAGE 1 in PROMPT", "IMAGE 2 in RESPONSE A", "IMAGE 3 in RESPONSE B"])
      let media = parts.filter { $0.text == nil }
      // JPEG goes as it came; of what the server is not known to read, the pixels go as PNG.
      #expect(media.contains(.image(type: "image/jpeg", source)) && media.contains(.image(type: "image/jpeg", gray)))
      guard
        case .image("image/png", let png)? = media.first(where: {
          if case .image("image/png", _) = $0 { true } else { false }
        })
      else { throw ReceivedPart.Strange(part: "no PNG") }
      #expect(try await TestMedia.decoded(png).image?.pixels == bitmap.pixels)
      // The words around the source stand where the item puts them.
      let words = parts.compactMap(\.text)
      #expect(words[0].contains("Make this gray: \n<<<IMAGE 1 ") && words[1].hasPrefix(" and nothing else."))
    }
    let firsts = try server.requests.map { try ReceivedPart.all($0.json).filter { $0.text == nil }[1] }
    #expect(Set(firsts.map { $0 == .image(type: "image/jpeg", gray) }) == [true, false])
    #expect(await served.stop().status == 0)
  }

  @Test func videosAsFrames() async throws {
    let server = try ModelServer(script: Self.firstIsBest)
    defer { server.close() }
    let settings = #"{frames: 3, frame_size: "48x32"}"#
    let served = try await served(server, "modalities: [frames]", settings)
    let names = ["with-sound.mp4", "b-frames.mp4"]
    let judgment = try await judge(
      served,
      [
        "id": "v", "prompt": "A test pattern.",
        "responses": .array(try names.map { [try part("video_url", $0, "video/mp4")] }),
      ])
    #expect(judgment["status"] == "ok", "\(judgment)")
    #expect(judgment["provenance"]?["sampling"]?["media"] == ["frames": 3, "frame_size": "48x32"])
    var request = MediaRequest()
    request.frames = .count(3)
    request.frameSize = .exact(width: 48, height: 32)
    request.kinds = .frames
    var expected: [[Image]] = []
    for name in names {
      expected.append(try await TestMedia.decoded(TestMedia.bytes(name), request).frames.map(\.image))
    }
    try #require(server.requests.count == 2)
    for sent in server.requests {
      let parts = try ReceivedPart.all(sent.json)
      #expect(places(parts) == ["VIDEO 1 in RESPONSE A", "VIDEO 2 in RESPONSE B"])
      #expect(parts.compactMap(\.text).contains { $0.contains("Frame 2 of 3, at 0.333 s:") })
      var frames: [Image] = []
      for case .image(_, let png) in parts { frames.append(try #require(try await TestMedia.decoded(png).image)) }
      try #require(frames.count == 6)
      let shown = [Array(frames[..<3]), Array(frames[3...])].map { $0.map(\.pixels) }
      let isAsGiven = shown == expected.map { $0.map(\.pixels) }
      #expect(isAsGiven || shown == expected.reversed().map { $0.map(\.pixels) })
    }
    #expect(await served.stop().status == 0)
  }

  @Test func videosAsFiles() async throws {
    let server = try ModelServer(script: Self.firstIsBest)
    defer { server.close() }
    let served = try await served(server, "modalities: [frames], frames: file")
    let videos = [
      try part("video_url", "with-sound.mp4", "video/mp4"), try part("video_url", "vp9.webm", "video/webm"),
    ]
    let whole = try await judge(served, ["id": "v", "responses": [[videos[0]], [videos[0]]]])
    #expect(whole["status"] == "ok", "\(whole)")
    let file = ReceivedPart.video(type: "video/mp4", try TestMedia.bytes("with-sound.mp4"))
    for request in server.requests {
      #expect(try ReceivedPart.all(request.json).filter { $0.text == nil } == [file, file])
    }
    let count = server.requests.count
    let other = try await judge(served, ["id": "w", "responses": [[videos[0]], [videos[1]]]])
    #expect(other["status"] == "unscored" && other["reason"] == "invalid_input")
    #expect(
      other["message"]?.string?.contains("the video is video/webm, and the judge is configured to take video/mp4")
        == true,
      "\(other)")
    #expect(server.requests.count == count)
    #expect(await served.stop().status == 0)
  }

  @Test func soundsAsTheyCameOrAsWAV() async throws {
    let server = try ModelServer(script: Self.firstIsBest)
    defer { server.close() }
    let served = try await served(server)
    let judgment = try await judge(
      served,
      [
        "id": "s", "prompt": "Say a.",
        "responses": [[try part("input_audio", "tone.mp3", "mp3")], [try part("input_audio", "tone.opus", "ogg")]],
      ])
    #expect(judgment["status"] == "ok", "\(judgment)")
    let mp3 = try TestMedia.bytes("tone.mp3")
    var request = MediaRequest()
    request.kinds = .sound
    let opus = try #require(try await TestMedia.decoded(try TestMedia.bytes("tone.opus"), request).sound)
    try #require(server.requests.count == 2)
    for sent in server.requests {
      let parts = try ReceivedPart.all(sent.json)
      #expect(places(parts) == ["SOUND 1 in RESPONSE A", "SOUND 2 in RESPONSE B"])
      #expect(parts.contains(.sound(format: "mp3", mp3)))
      for case .sound("wav", let wav) in parts {
        let sound = try #require(try await TestMedia.decoded(wav, request).sound)
        #expect(sound.rate == opus.rate && sound.channels == opus.channels && sound.samples.count == opus.samples.count)
        #expect(sound.samples == opus.samples.map { (max(-1, min(1, $0)) * 32767).rounded() / 32768 })
      }
    }
    #expect(await served.stop().status == 0)
  }

  @Test func aListInAllRotations() async throws {
    let server = try ModelServer(script: Self.firstIsBest)
    defer { server.close() }
    let served = try await served(server)
    let names = ["plain.jpg", "gray.jpg", "progressive.jpg"]
    let judgment = try await judge(
      served,
      [
        "id": "l", "prompt": "Three.", "responses": .array(try names.map { [try part("image_url", $0, "image/jpeg")] }),
      ],
      ["format": "listwise", "order": "all-rotations"])
    #expect(judgment["status"] == "ok", "\(judgment)")
    let files = try names.map { ReceivedPart.image(type: "image/jpeg", try TestMedia.bytes($0)) }
    let shown = try server.requests.map { try ReceivedPart.all($0.json).filter { $0.text == nil } }
    let orders = shown.map { $0.compactMap { files.firstIndex(of: $0) } }
    #expect(Set(orders) == [[0, 1, 2], [1, 2, 0], [2, 0, 1]])
    for request in server.requests {
      let parts = try ReceivedPart.all(request.json)
      #expect(places(parts) == (1...3).map { "IMAGE \($0) in RESPONSE \($0)" })
    }
    #expect(await served.stop().status == 0)
  }

  @Test(arguments: [
    ("image_url", "plain.jpg", "image/jpeg", "image", "image"),
    ("video_url", "b-frames.mp4", "video/mp4", "video", "frames"),
    ("input_audio", "tone.mp3", "mp3", "sound", "sound"),
  ])
  func whatAJudgeIsNotShownIsRefusedBeforeAnyCall(
    _ field: String, _ name: String, _ type: String, _ kind: String, _ modality: String
  ) async throws {
    let server = try ModelServer(script: Self.firstIsBest)
    defer { server.close() }
    let others = ["image", "frames", "sound"].filter { $0 != modality }
    let served = try await served(server, "modalities: [\(others.joined(separator: ", "))]")
    let judgment = try await judge(served, ["id": "x", "responses": [[try part(field, name, type)], "words"]])
    #expect(judgment["status"] == "unscored" && judgment["reason"] == "invalid_input")
    let wanted =
      "response 0: there is a file of kind \(kind), and judge 'judge' is not shown any (its modalities: text, "
    #expect(judgment["message"]?.string?.hasPrefix(wanted) == true, "\(judgment)")
    #expect(judgment["message"]?.string?.contains("configure \(modality),") == true)
    #expect(server.requests.isEmpty)
    #expect(await served.stop().status == 0)
  }
}
