package import CCupelPlugin
import Synchronization

/// Memory for the structs of one call across the border: everything allocated from it lives until ``reset()`` or until the
/// arena goes, so that a tree of C structs needs no book-keeping of its own.
///
/// For C structs only: nothing is deinitialised. Not thread-safe: one thread uses an arena at a time.
package final class Arena {
  private var blocks: [UnsafeMutableRawBufferPointer] = []
  private var used = 0
  private static let blockSize = 16 << 10
  private static let alignment = 16

  package init() {}

  deinit {
    for block in blocks { block.deallocate() }
  }

  /// Forgets everything, and keeps one block for the next call.
  package func reset() {
    while blocks.count > 1 { blocks.removeLast().deallocate() }
    if let block = blocks.first, block.count > Self.blockSize {
      block.deallocate()
      blocks = []
    }
    used = 0
  }

  /// Gives `body` an arena that nobody uses, and keeps its first block for the next one: a call needs an arena for each
  /// direction, and none for longer than a copy takes.
  package static func withSpare<Result>(_ body: (Arena) -> Result) -> Result {
    let arena = spares.withLock { $0.popLast()?.arena } ?? Arena()
    defer {
      arena.reset()
      let spare = Spare(arena: arena)
      spares.withLock { spares in
        if spares.count < mostSpares { spares.append(spare) }
      }
    }
    return body(arena)
  }

  private struct Spare: @unchecked Sendable {
    // @unchecked: whoever takes it out of `spares` is the only one to have it.
    let arena: Arena
  }

  private static let spares = Mutex<[Spare]>([])
  private static let mostSpares = 64

  /// Room for `count` values; not initialised.
  package func allocate<Value>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
    let size = count * MemoryLayout<Value>.stride
    return bytes(size).bindMemory(to: Value.self, capacity: count)
  }

  /// `value`, at an address.
  package func place<Value>(_ value: Value) -> UnsafePointer<Value> {
    let pointer = allocate(Value.self, count: 1)
    pointer.initialize(to: value)
    return UnsafePointer(pointer)
  }

  /// An array of pointers to `values`, as the ABI passes arrays; nil where there are none.
  package func pointers<Value>(to values: [Value]) -> UnsafePointer<UnsafePointer<Value>>? {
    guard !values.isEmpty else { return nil }
    let structs = allocate(Value.self, count: values.count)
    structs.initialize(from: values, count: values.count)
    let pointers = allocate(UnsafePointer<Value>.self, count: values.count)
    for at in 0..<values.count { (pointers + at).initialize(to: UnsafePointer(structs + at)) }
    return UnsafePointer(pointers)
  }

  /// A copy of `text`'s UTF-8 bytes.
  package func text(_ text: String) -> cupel_text {
    var text = text
    return text.withUTF8 { source in
      guard let from = source.baseAddress, !source.isEmpty else { return cupel_text() }
      let copy = bytes(source.count)
      copy.copyMemory(from: from, byteCount: source.count)
      return cupel_text(data: UnsafePointer(copy.assumingMemoryBound(to: CChar.self)), size: source.count)
    }
  }

  private func bytes(_ size: Int) -> UnsafeMutableRawPointer {
    if let block = blocks.last, let base = block.baseAddress, block.count - used >= size {
      defer { used = align(used + size) }
      return base + used
    }
    let block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(size, Self.blockSize), alignment: Self.alignment)
    blocks.append(block)
    used = align(size)
    guard let base = block.baseAddress else { preconditionFailure("allocating \(size) bytes failed") }
    return base
  }

  private func align(_ size: Int) -> Int { (size + Self.alignment - 1) & ~(Self.alignment - 1) }
}
