/// How media lie in a worker's result: one record after the other, each a header and `size` bytes, the last one ``Kind/end``.
///
/// What a worker wrote is as trustworthy as the file it decoded: every number is a claim.
package enum MediaRecords {
  enum Kind: UInt32 {
    /// `first` x `second` pixels.
    case image = 1
    /// The same, shown at `time`.
    case frame
    /// `first` samples a second, `second` channels.
    case sound
    /// A key of `first` bytes and its value.
    case fact
    /// A code of `first` bytes and its message.
    case note
    /// A media type of `first` bytes and the encoded file of the picture before it.
    case original
    /// Nothing; the result is complete.
    case end
  }

  /// 32 bytes, in the machine's order: both ends are on one machine.
  struct Header {
    var kind: UInt32
    var first: UInt32 = 0
    var second: UInt32 = 0
    var reserved: UInt32 = 0
    var time: Int64 = 0
    var size: UInt64 = 0

    static let size = MemoryLayout<Header>.size
  }

  /// What a result cannot be.
  package struct Fault: Error, Hashable {
    /// What is wrong, and at which byte.
    package let message: String
  }
}
