import Media
import Testing
import Wire

/// Choosing a decoder, and what travels with the media.
@Suite struct LoaderTests {
  private let png = "data:image/png;base64,iVBORw0KGgo="  // the signature, no more
  private func image(_ url: String) -> MediaReference { MediaReference(kind: .image, url: url) }

  @Test func theHighestScoreDecodes() async throws {
    let weak = StubDecoder(rgb: [1, 1, 1], scoring: { _ in 10 })
    let strong = StubDecoder(rgb: [2, 2, 2], scoring: { $0.first == 0x89 ? 90 : 0 })
    let equal = StubDecoder(rgb: [3, 3, 3], scoring: { _ in 90 })
    let loaded = try await MediaLoader(decoders: [weak, strong, equal]).load(image(png))
    #expect(loaded.media.image?.pixels == [2, 2, 2])
    #expect(weak.count + equal.count == 0)
  }

  @Test func decodersSeeTheFirstFourKiB() async throws {
    let decoder = StubDecoder(scoring: { $0.count == 4096 ? 1 : 0 })
    let url = "data:," + String(repeating: "x", count: 5000)
    _ = try await MediaLoader(decoders: [decoder]).load(image(url))
  }

  @Test(arguments: [
    ("data:;base64,/9j/4AAQ", "the bytes are image/jpeg, which no loaded decoder reads"),
    ("data:,hello", "the bytes are of no type known here, which no loaded decoder reads"),
  ])
  func noDecoderIsAnError(url: String, cause: String) async {
    let error = await MediaLoader(decoders: [StubDecoder(scoring: { _ in 0 })]).failure(url)
    #expect(error?.reason == .invalidInput)
    #expect(error?.message.contains(cause) == true, "\(String(describing: error))")
  }

  static let types: [(url: String, note: String?)] = [
    ("data:image/png;base64,iVBORw0KGgo=", nil),
    ("data:image/apng;base64,iVBORw0KGgo=", nil),
    ("data:;base64,iVBORw0KGgo=", nil),
    ("data:application/octet-stream;base64,iVBORw0KGgo=", nil),
    ("data:image/jpeg;base64,iVBORw0KGgo=", "declared as image/jpeg, but the bytes are image/png"),
    ("data:image/jpg;base64,iVBORw0KGgo=", "declared as image/jpg, but the bytes are image/png"),
    ("data:image/jpg;base64,/9j/4AAQ", nil),
    ("data:audio/x-wav;base64,UklGRgAAAABXQVZF", nil),
    ("data:image/webp;base64,UklGRgAAAABXQVZF", "declared as image/webp, but the bytes are audio/wav"),
    ("data:video/quicktime;base64,AAAAFGZ0eXBxdCAg", nil),
    ("data:image/png,nothing-known", nil),
  ]

  @Test(arguments: types) func aWrongDeclarationIsNoted(url: String, note: String?) async throws {
    let loaded = try await MediaLoader(decoders: [StubDecoder()]).load(image(url))
    #expect(loaded.notes == (note.map { [MediaNote(code: "media_type", message: $0)] } ?? []))
  }

  @Test(arguments: [
    ("a.png", nil), ("a.APNG", nil), ("a", nil), ("a.backup", nil), (".png", nil),
    ("a.jpg", "named like image/jpeg, but the bytes are image/png"),
    ("a.png.Gif", "named like image/gif, but the bytes are image/png"),
  ])
  func aWrongExtensionIsNoted(name: String, note: String?) async throws {
    let scratch = try Scratch()
    try scratch.bytes(name, [0x89, 0x50, 0x4E, 0x47])
    let loader = MediaLoader(decoders: [StubDecoder()], roots: [scratch.path], base: scratch.path)
    let loaded = try await loader.load(image(name))
    #expect(loaded.notes == (note.map { [MediaNote(code: "extension", message: $0)] } ?? []))
  }

  @Test func notesOfLoadingComeBeforeThoseOfDecoding() async throws {
    let note = MediaNote(code: "alpha", message: "composited")
    let decoder = StubDecoder(outcome: { media throws(Unscored) in
      var media = media
      media.notes = [note]
      return media
    })
    let loaded = try await MediaLoader(decoders: [decoder]).load(image("data:image/gif;base64,iVBORw0KGgo="))
    #expect(loaded.notes.map(\.code) == ["media_type", "alpha"])
    #expect(loaded.media.notes == [note])
  }

  @Test func theFileComesAlongWhenItShowsTheSamePicture() async throws {
    let plain = try await MediaLoader(decoders: [StubDecoder()]).load(image(png))
    #expect(plain.media.image?.original?.mediaType == "image/png")
    #expect(plain.media.image?.original?.bytes == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(plain.digest == "sha256:4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6")

    let changed = StubDecoder(outcome: { media throws(Unscored) in
      var media = media
      media.notes = [MediaNote(code: "gamma", message: "converted")]
      return media
    })
    let other = try await MediaLoader(decoders: [changed]).load(image(png))
    #expect(other.media.image?.original == nil)
  }

  @Test(arguments: [
    (MediaReference.Kind.sound, "sound 'data:,x': is named as sound but holds an image"),
    (.video, "video 'data:,x': is named as video but holds an image"),
  ])
  func theKindMustBeThere(kind: MediaReference.Kind, message: String) async {
    let error = await MediaLoader(decoders: [StubDecoder()]).failure("data:,x", kind: kind)
    #expect(error == Unscored(.invalidInput, message))
  }

  @Test(arguments: [UnscoredReason.invalidInput, .timeout, .judgeError]) func failuresKeepTheirReason(
    reason: UnscoredReason
  ) async {
    let decoder = StubDecoder(outcome: { _ throws(Unscored) in throw Unscored(reason, "row 3 of 8") })
    let error = await MediaLoader(decoders: [decoder]).failure("data:,x")
    #expect(error == Unscored(reason, "image 'data:,x': row 3 of 8"))
  }
}
