internal import CZlib

/// A content encoding that request bodies may have.
struct Inflate {
  enum Problem: Error {
    /// The result would be longer than it may be.
    case tooLarge
    /// Not of this encoding, cut short, or followed by something else.
    case broken
  }

  /// zlib's `windowBits`; nil: nothing to do.
  private let windowBits: Int32?

  /// nil for an encoding that is not known. `deflate` is zlib's format (RFC 9110 §8.4.1.2).
  init?(encoding: String) {
    switch encoding.lowercased() {
    case "", "identity": windowBits = nil
    case "gzip", "x-gzip": windowBits = 15 + 16
    case "deflate": windowBits = 15
    default: return nil
    }
  }

  /// The whole body; never more than `limit` bytes are made.
  func inflate(_ bytes: [UInt8], limit: Int) throws(Problem) -> [UInt8] {
    guard let windowBits else { return bytes }
    var stream = z_stream()
    guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .broken
    }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 << 10)
    var input = bytes
    let status = try input.withUnsafeMutableBufferPointer { (input) throws(Problem) in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(clamping: input.count)
      var status = Z_OK
      repeat {
        let made = block.withUnsafeMutableBufferPointer { block in
          stream.next_out = block.baseAddress
          stream.avail_out = UInt32(block.count)
          status = CZlib.inflate(&stream, Z_NO_FLUSH)
          return block.count - Int(stream.avail_out)
        }
        guard output.count + made <= limit else { throw .tooLarge }
        output += block.prefix(made)
        // Without progress there is nothing more to come of a body that is cut short.
        if made == 0, stream.avail_in == 0, status != Z_STREAM_END { throw .broken }
      } while status == Z_OK
      return status
    }
    guard status == Z_STREAM_END, stream.avail_in == 0 else { throw .broken }
    return output
  }
}
