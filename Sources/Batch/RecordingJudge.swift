public import Judging
import Synchronization
public import Wire

/// A judge that remembers what another one answered, so that the run can be replayed without it.
///
/// Replies are kept until their item's judgment is written and then given out in byte order, so that a recording does not
/// depend on which reply came first.
public final class RecordingJudge: Judge {
  private let inner: any Judge
  private let encode: @Sendable (JudgeCall, JudgeReply) -> [UInt8]
  private let replies = Mutex<[String: [[UInt8]]]>([:])

  /// - Parameter encode: one line of the recording, without its line end.
  public init(_ inner: any Judge, encode: @escaping @Sendable (JudgeCall, JudgeReply) -> [UInt8]) {
    self.inner = inner
    self.encode = encode
  }

  /// The other judge's.
  public var description: JudgeDescription { inner.description }

  /// Passes the call on, and remembers the answer if there is one.
  public func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    let reply = try await inner.reply(to: call)
    let line = encode(call, reply)
    replies.withLock { $0[call.key.item, default: []].append(line) }
    return reply
  }

  /// The recorded lines of an item in byte order; they are forgotten here.
  func take(item: String) -> [[UInt8]] {
    let lines = replies.withLock { $0.removeValue(forKey: item) } ?? []
    return lines.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
