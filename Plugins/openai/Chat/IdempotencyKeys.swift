import Synchronization

/// Keys of requests, each once: drawn when a judge is opened, and counted on from there. Nobody else
/// has them; they are no secrets.
final class IdempotencyKeys: Sendable {
  private let start: String
  private let count = Atomic<UInt64>(0)

  init() {
    let bits = [UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max)]
    start = "cupel-\(bits.map { String($0, radix: 16) }.joined())-"
  }

  /// Another one.
  func next() -> String { start + String(count.wrappingAdd(1, ordering: .relaxed).newValue) }
}
