import Media
import Testing
import Wire

/// A damaged file is an error that says where, never a picture.
@Suite struct DamageTests {
  static let files = ["rgb-8", "rgb-alpha-16-interlaced", "trns-palette-8", "text"]

  @Test(arguments: files) func everyPrefixIsRefused(name: String) async throws {
    let bytes = try Fixture.bytes(name)
    for count in bytes.indices {
      let error = await #expect(throws: Unscored.self, "the first \(count) bytes") {
        try await PNG.decode(Array(bytes.prefix(count)))
      }
      #expect(error?.reason == .invalidInput)
      #expect(error?.message.contains("byte") == true)
    }
  }

  /// Checksums cover types and contents; a wrong length or signature leads astray in another way.
  @Test(arguments: files) func everyFlippedBitIsNoticed(name: String) async throws {
    let bytes = try Fixture.bytes(name)
    for at in bytes.indices {
      var damaged = bytes
      damaged[at] ^= 1 << UInt8(at % 8)
      await #expect(throws: Unscored.self, "bit \(at % 8) of byte \(at)") { try await PNG.decode(damaged) }
    }
  }
}
