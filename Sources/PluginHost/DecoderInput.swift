package import CCupelPlugin
import PluginBridge

/// Bytes in memory behind `cupel_input`.
package struct InputSource {
  package let bytes: UnsafeRawBufferPointer
  /// From here on reading fails; nil: never.
  package let failsAfter: Int?

  package init(bytes: UnsafeRawBufferPointer, failsAfter: Int? = nil) {
    self.bytes = bytes
    self.failsAfter = failsAfter
  }

  /// The struct to pass; valid as long as `source` is.
  package static func input(_ source: UnsafeMutablePointer<InputSource>) -> cupel_input {
    cupel_input(
      struct_size: cupel_input.size, reserved: 0, context: UnsafeMutableRawPointer(source),
      size: UInt64(source.pointee.bytes.count), read_at: readBytes)
  }
}

/// `cupel_input.read_at`; the context is a pointer to an ``InputSource``.
private let readBytes: @convention(c) (UnsafeMutableRawPointer?, UInt64, UnsafeMutableRawPointer, Int) -> Int64 = {
  context, offset, buffer, capacity in
  guard let context, capacity >= 0 else { return -1 }
  let source = context.assumingMemoryBound(to: InputSource.self).pointee
  if let limit = source.failsAfter, offset.addingReportingOverflow(UInt64(capacity)).partialValue > UInt64(limit) {
    return -1
  }
  guard offset < UInt64(source.bytes.count), let base = source.bytes.baseAddress else { return 0 }
  let count = min(capacity, source.bytes.count - Int(offset))
  buffer.copyMemory(from: base + Int(offset), byteCount: count)
  return Int64(count)
}
