internal import CCupelPlugin
import PluginBridge
import Synchronization

/// The calls that plugins have not answered, by number.
///
/// What a plugin gets as `context` is the number, not an address: a plugin that answers twice, or after its judge was closed,
/// names a call that is no longer here, and nothing else happens.
final class CallTable: Sendable {
  static let shared = CallTable()

  private final class Shard: Sendable {
    let calls = Mutex<[UInt64: PendingCall]>([:])
  }

  private let shards = (0..<16).map { _ in Shard() }
  private let judges = Mutex<[UInt64: OpenJudge.Counters]>([:])

  /// Numbers a judge for its calls, and remembers where to count what it does wrong.
  func register(_ counters: OpenJudge.Counters) -> UInt64 {
    judges.withLock { judges in
      let number = UInt64(judges.count) + 1
      judges[number] = counters
      return number
    }
  }

  /// The number of a judge's call: judge in the upper bits, so that an answer to no call can still be laid at a door.
  static func id(judge: UInt64, sequence: UInt64) -> UInt64 { judge << 40 | sequence & (1 << 40 - 1) }

  func insert(_ call: PendingCall) { shard(call.id).calls.withLock { $0[call.id] = call } }

  /// Takes a call out; nil: it is not there (any more).
  func take(_ id: UInt64) -> PendingCall? { shard(id).calls.withLock { $0.removeValue(forKey: id) } }

  /// Takes out whatever a judge has left.
  func takeAll(judge: UInt64) -> [PendingCall] {
    shards.flatMap { shard in
      shard.calls.withLock { calls in
        let ids = calls.keys.filter { $0 >> 40 == judge }
        return ids.compactMap { calls.removeValue(forKey: $0) }
      }
    }
  }

  /// Counts an answer to a call that is not there.
  func stray(_ id: UInt64) {
    let counters = judges.withLock { $0[id >> 40] }
    counters?.countStray()
  }

  private func shard(_ id: UInt64) -> Shard { shards[Int(id & 15)] }
}

/// `cupel_on_reply` of every call.
let receiveReply: cupel_on_reply = { context, status, reply, message in
  let id = UInt64(UInt(bitPattern: context))
  guard let call = CallTable.shared.take(id) else {
    CallTable.shared.stray(id)
    return
  }
  call.answered(Status(code: status), reply, message)
}
