import CDecoderKit
import Crypto
import JSON
import Testing

/// Pictures scaled here and by Pillow are the same.
@Suite struct ScaleTests {
  /// The picture of Fixtures/generate.py.
  private func noise(_ count: Int) -> [UInt8] {
    var state = 1
    return (0..<count).map { _ in
      state = (state * 1_103_515_245 + 12345) & 0x7FFF_FFFF
      return UInt8(truncatingIfNeeded: state >> 16)
    }
  }

  /// The scaled picture; nil where it was stopped after `rows` rows.
  private func scaled(_ pixels: [UInt8], _ from: cdk_extent, _ to: cdk_extent, rows: Int = .max) -> [UInt8]? {
    var output = [UInt8](repeating: 0, count: 3 * Int(to.width) * Int(to.height))
    let size = cdk_scale_scratch(from, to)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    defer { scratch.deallocate() }
    var left = rows
    let isDone = withUnsafeMutablePointer(to: &left) { left in
      cdk_scale(
        pixels, from, &output, to, scratch,
        { context in
          guard let left = context?.assumingMemoryBound(to: Int.self) else { return false }
          left.pointee -= 1
          return left.pointee >= 0
        }, left)
    }
    return isDone ? output : nil
  }

  @Test func picturesAreThoseOfPillow() throws {
    let cases = try #require(Cases.tables).require("pictures").array().map { try $0.array() }
    #expect(cases.count == 8)
    for row in cases {
      let sides = try row[..<4].map { UInt32(try $0.int()) }
      let from = cdk_extent(width: sides[0], height: sides[1]), to = cdk_extent(width: sides[2], height: sides[3])
      let output = try #require(scaled(noise(3 * Int(sides[0] * sides[1])), from, to))
      let digest = SHA256.hash(data: output).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
      #expect(try digest == row[4].string(), "\(sides)")
    }
  }

  @Test func itStopsWhenTold() {
    let side = cdk_extent(width: 4, height: 4), small = cdk_extent(width: 2, height: 2)
    #expect(scaled(noise(48), side, small, rows: 3) == nil)
    #expect(scaled(noise(48), side, small, rows: 5) == nil)
    #expect(scaled(noise(48), side, small, rows: 6) != nil)
  }
}
