import CWorker
import Glibc

/// A file in memory that two processes can see, closed with this value.
struct MemoryFile: ~Copyable {
  let descriptor: Int32

  /// Throws an `errno`.
  init(_ name: String) throws(SystemError) {
    var descriptor: Int32 = -1
    try SystemError.check(cwk_memory_file(name, &descriptor))
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Adds values at the end, as they are in memory.
  func write<Value: BitwiseCopyable>(_ values: [Value]) throws(SystemError) {
    let code: Int32 = values.withUnsafeBytes { bytes in
      var rest = bytes
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return errno }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      return 0
    }
    try SystemError.check(code)
  }

  /// From now on nobody can change it. Fails where somebody has it mapped for writing.
  func seal() throws(SystemError) { try SystemError.check(cwk_seal(descriptor)) }

  /// In bytes.
  func size() throws(SystemError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError(code: errno) }
    return Int(status.st_size)
  }

  /// Calls `body` with `size` bytes from the beginning, which must be there and sealed.
  func withBytes<Result>(
    _ size: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(SystemError) -> Result {
    guard size > 0 else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    let address = mmap(nil, size, PROT_READ, MAP_SHARED | Int32(MAP_POPULATE), descriptor, 0)
    guard let address, address != MAP_FAILED else { throw SystemError(code: errno) }
    defer { munmap(address, size) }
    return body(UnsafeRawBufferPointer(start: address, count: size))
  }
}

/// Why the system did not do something.
struct SystemError: Error, CustomStringConvertible {
  /// An `errno`.
  let code: Int32

  var description: String { String(cString: strerror(code)) }

  static func check(_ code: Int32) throws(SystemError) {
    if code != 0 { throw SystemError(code: code) }
  }
}
