import CupelTesting
import Glibc
import JSON
import Testing

/// Media that requests name: uploads, files and addresses; who may name what, and what becomes of what may not be named.
@Suite(.oneAtATime) struct MediaLoadingTests {
  let scratch = Scratch()
  private static let keys = ["ann": "ann-0123456789abcdef", "bob": "bob-0123456789abcdef"]

  private static func headers(_ name: String) -> [String: String] { ["Authorization": "Bearer \(keys[name] ?? "")"] }

  /// A judge that gives 5, and keys for two who ask it.
  private func served(_ server: ModelServer, _ serve: String = "", media: String = "{}") async throws -> Served {
    scratch.write("rubrics/r.yaml", "name: r\ndescription: Is it good?\n")
    scratch.write("keys", Self.keys.map { "\($0.key) \($0.value)\n" }.sorted().joined())
    chmod(scratch("keys"), 0o600)
    scratch.write(
      "cupel.yaml",
      """
      rubrics: [rubrics]
      judges:
        judge: {plugin: openai, options: {url: "\(server.url)/v1", model: m, retries: 0, modalities: [image, frames, sound]}}
      media: \(media)
      serve:
        keys_file: keys
        \(serve)
      """)
    return try await Served(in: scratch)
  }

  private static func five(_ request: ModelServer.Request) -> ModelServer.Reply {
    .chat("<think>So.</think><answer>5</answer>", for: request)
  }

  private func put(_ served: Served, _ bytes: [UInt8], as name: String) async throws -> (status: Int, json: JSONValue) {
    let head = [
      "PUT /v1/media HTTP/1.1", "Host: localhost", "Authorization: Bearer \(Self.keys[name] ?? "")",
      "Content-Length: \(bytes.count)",
    ]
    let answer = try await StandingConnection(served.url).send(
      bytes: Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + bytes)
    let body = try #require(answer.text.firstRange(of: "\r\n\r\n"))
    return (answer.status, try JSONParser.parse(String(answer.text[body.upperBound...])))
  }

  private func judge(
    _ served: Served, _ url: String, as name: String = "ann", kind: String = "image_url"
  ) async throws -> JSONValue {
    var part = JSONObject()
    part["type"] = .string(kind)
    part[kind] = ["url": .string(url)]
    let item: JSONValue = ["id": "i", "prompt": "Draw.", "response": .array([.object(part)])]
    let body = try JSONWriter.compact(["rubric": "r", "items": [item]])
    let answer = try await served.ask("/v1/judge", body, headers: Self.headers(name))
    try #require(answer.status == 200, "\(answer.text)")
    return try #require(answer.json["judgments"]?.array?.first)
  }

  private func shown(_ server: ModelServer) throws -> [ReceivedPart] {
    try server.requests.flatMap { try ReceivedPart.all($0.json) }.filter { $0.text == nil }
  }

  @Test func anUploadIsItsSendersAlone() async throws {
    let server = try ModelServer(script: Self.five)
    defer { server.close() }
    let served = try await served(server)
    let bytes = try TestMedia.bytes("plain.jpg")
    let sent = try await put(served, bytes, as: "ann")
    #expect(sent.status == 200 && sent.json["bytes"]?.int == bytes.count && sent.json["media_type"] == "image/jpeg")
    let address = try #require(sent.json["address"]?.string)
    #expect(address.wholeMatch(of: /cupel:sha256:[0-9a-f]{64}/) != nil)
    let own = try await judge(served, address)
    #expect(own["status"] == "ok", "\(own)")
    #expect(try shown(server) == [.image(type: "image/jpeg", bytes)])
    #expect(own["provenance"]?["media"]?.array == [.string(String(address.dropFirst("cupel:".count)))])
    // Somebody else who knows the address, and even the whole item that was judged, is told what everybody is told of any address.
    let other = try await judge(served, address, as: "bob")
    let unknown = try await judge(served, "cupel:sha256:" + String(repeating: "0", count: 64), as: "bob")
    for judgment in [other, unknown] {
      #expect(judgment["status"] == "unscored" && judgment["reason"] == "invalid_input")
      #expect(
        judgment["message"]?.string?.contains("is no upload of yours that is here; send the bytes with PUT /v1/media")
          == true)
    }
    #expect(server.requests.count == 1)
    #expect(try await put(served, bytes, as: "bob").json["address"]?.string == address)
    #expect(try await judge(served, address, as: "bob")["status"] == "ok")
    let page = try await served.ask("/metrics", headers: Self.headers("ann")).text
    #expect(page.contains("cupel_uploads 1\n") && page.contains("cupel_upload_bytes \(bytes.count + 1024)\n"))
    #expect(await served.stop().status == 0)
  }

  /// A reload keeps what was sent; smaller limits hold at once.
  @Test func uploadsOutliveAReload() async throws {
    let server = try ModelServer(script: Self.five)
    defer { server.close() }
    let served = try await served(server)
    let sent = try await put(served, TestMedia.bytes("tone.mp3"), as: "ann")
    let address = try #require(sent.json["address"]?.string)
    served.send(SIGHUP)
    #expect(await served.said { $0.hasPrefix("cupel: reloaded") } != nil)
    #expect(try await judge(served, address, kind: "audio_url")["status"] == "ok")
    let old = scratch.read("cupel.yaml")
    scratch.write("cupel.yaml", old + "\n  media: {uploads: {max_bytes: 2048}}\n")
    served.send(SIGHUP)
    #expect(await served.said { $0.hasPrefix("cupel: reloaded") } != nil)
    #expect(try await judge(served, address, kind: "audio_url")["status"] == "unscored")
    #expect(await served.stop().status == 0)
  }

  @Test func whatCannotBeKeptIsRefused() async throws {
    let server = try ModelServer(script: Self.five)
    defer { server.close() }
    let served = try await served(server, "media: {uploads: {max_bytes: 4000}}")
    for (bytes, status, message) in [
      ([], 422, "the body is empty"), (Array("words".utf8), 415, "of no type known here"),
      (Array("%PDF-1.7 x".utf8), 415, "the bytes are application/pdf, which no loaded decoder reads"),
      (try TestMedia.bytes("with-sound.mp4"), 413, "max_bytes_per_key = 4000"),
    ] {
      let answer = try await put(served, bytes, as: "ann")
      #expect(answer.status == status, "\(answer)")
      #expect(answer.json["error"]?["message"]?.string?.contains(message) == true, "\(answer)")
    }
    let nobody = try await StandingConnection(served.url).send(
      bytes: Array("PUT /v1/media HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc".utf8))
    #expect(nobody.status == 401)
    #expect(await served.stop().status == 0)
  }

  @Test func filesAreThoseUnderTheRoots() async throws {
    let server = try ModelServer(script: Self.five)
    defer { server.close() }
    let bytes = try TestMedia.bytes("plain.jpg")
    scratch.write("pictures/a.jpg", bytes)
    scratch.write("secret.jpg", bytes)
    symlink(scratch("secret.jpg"), scratch("pictures/out.jpg"))
    mkfifo(scratch("pictures/pipe.jpg"), 0o600)
    let served = try await served(server, "media: {files: true}", media: "{roots: [pictures]}")
    for url in ["a.jpg", "file:a.jpg", scratch("pictures/a.jpg"), "../pictures/a.jpg"] {
      let judgment = try await judge(served, url)
      #expect(judgment["status"] == "ok", "\(judgment)")
    }
    #expect(try shown(server) == Array(repeating: .image(type: "image/jpeg", bytes), count: 4))
    for (url, message) in [
      ("out.jpg", "lies outside the media roots"), ("../secret.jpg", "lies outside the media roots"),
      (scratch("secret.jpg"), "lies outside the media roots"), ("/etc/passwd", "lies outside the media roots"),
      ("pipe.jpg", "is a named pipe; only regular files are read"), ("b.jpg", "cannot be opened: No such file"),
      ("http://127.0.0.1/a.jpg", "only data: URLs, cupel: addresses of uploads and files are taken"),
    ] {
      let judgment = try await judge(served, url)
      #expect(judgment["status"] == "unscored" && judgment["reason"] == "invalid_input")
      let said = judgment["message"]?.string ?? ""
      #expect(said.contains(message), "\(said)")
    }
    #expect(server.requests.count == 4)
    #expect(await served.stop().status == 0)
  }

  /// A file that has changed is another file, whatever was judged before.
  @Test func aChangedFileIsJudgedAnew() async throws {
    let server = try ModelServer(script: Self.five)
    defer { server.close() }
    let (one, two) = (try TestMedia.bytes("plain.jpg"), try TestMedia.bytes("gray.jpg"))
    scratch.write("pictures/a.jpg", one)
    let served = try await served(server, "media: {files: true}", media: "{roots: [pictures]}")
    _ = try await judge(served, "a.jpg")
    scratch.write("pictures/a.jpg", two)
    _ = try await judge(served, "a.jpg")
    #expect(try shown(server) == [.image(type: "image/jpeg", one), .image(type: "image/jpeg", two)])
    #expect(await served.stop().status == 0)
  }

  @Test func addressesAreThoseOfListedHosts() async throws {
    let bytes = try TestMedia.bytes("plain.jpg")
    let files = try ModelServer { request in
      switch request.path {
      case "/a.jpg": ModelServer.Reply(200, body: bytes)
      case "/away": .redirect(to: "http://169.254.169.254/latest/meta-data")
      default: .error(404, "no")
      }
    }
    let server = try ModelServer(script: Self.five)
    defer {
      server.close()
      files.close()
    }
    let host = "127.0.0.1:\(files.port)"
    let served = try await served(
      server, "media: {web: true}",
      media: #"{web: {hosts: ["localhost:\#(files.port)"], private_hosts: ["\#(host)"], timeout_ms: 60000}}"#)
    #expect(try await judge(served, "http://\(host)/a.jpg")["status"] == "ok")
    #expect(try shown(server) == [.image(type: "image/jpeg", bytes)])
    for (url, message) in [
      ("http://\(host)/away", "leads to 169.254.169.254:80, which is not among the hosts"),
      ("http://\(host)/none", "is answered with the status 404"), ("http://10.0.0.1/a.jpg", "is not among the hosts"),
      ("http://localhost:\(files.port)/a.jpg", "loopback, private and other special addresses are not connected to"),
      ("file:///etc/passwd", "only data: URLs, cupel: addresses of uploads and http: and https: URLs are taken"),
    ] {
      let judgment = try await judge(served, url)
      #expect(judgment["status"] == "unscored" && judgment["message"]?.string?.contains(message) == true, "\(judgment)")
    }
    #expect(server.requests.count == 1)
    #expect(await served.stop().status == 0)
  }
}
