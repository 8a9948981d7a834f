import Synchronization

/// Makes each value once, when it is first asked for. Who asks for it meanwhile waits; who asks for another does not.
final class OnceTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private final class Slot: Sendable {
    let value: Mutex<Value?>
    init(_ value: Value?) { self.value = Mutex(value) }
  }

  private let slots: Mutex<[Key: Slot]>

  /// A table that has `values` already.
  init(_ values: [Key: Value] = [:]) { slots = Mutex(values.mapValues { Slot($0) }) }

  /// The value for `key`.
  func value(for key: Key, make: () -> Value) -> Value {
    let slot = slots.withLock { slots in
      let slot = slots[key] ?? Slot(nil)
      slots[key] = slot
      return slot
    }
    return slot.value.withLock { value in
      let made = value ?? make()
      value = made
      return made
    }
  }

  /// What has been made so far.
  var values: [Key: Value] {
    let slots = slots.withLock { $0 }
    // One that is being made is not waited for.
    return slots.compactMapValues { slot in slot.value.withLockIfAvailable { $0 } ?? nil }
  }
}
