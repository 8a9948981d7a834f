import JSON
public import Judging
import Synchronization
public import Wire

/// A judge that remembers what another one answered, so that the run can be replayed without it.
///
/// Replies are kept until their item's judgment is written and then given out in byte order, so that a recording does not
/// depend on which reply came first. Failures are recorded, too: a replay fails where the run did.
public final class RecordingJudge: Judge {
  private let inner: any Judge
  private let lines = Mutex<[String: [[UInt8]]]>([:])

  /// Listens to `inner`.
  public init(_ inner: any Judge) { self.inner = inner }

  /// The other judge's.
  public var description: JudgeDescription { inner.description }

  /// Passes the call on, and remembers what came of it.
  public func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    do throws(Unscored) {
      let reply = try await inner.reply(to: call)
      remember(call, .success(reply))
      return reply
    } catch {
      remember(call, .failure(error))
      throw error
    }
  }

  /// The recorded lines of an item in byte order; they are forgotten here.
  func take(item: String) -> [[UInt8]] {
    let taken = lines.withLock { $0.removeValue(forKey: item) } ?? []
    return taken.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private func remember(_ call: JudgeCall, _ outcome: Result<JudgeReply, Unscored>) {
    let written = zip(call.single, call.outcomes(outcome)).map { Array(Self.line($0, $1).utf8) }
    lines.withLock { $0[call.key.item, default: []] += written }
  }

  private static func line(_ call: JudgeCall, _ outcome: Result<JudgeReply, Unscored>) -> String {
    do throws(JSONError) { return try RecordedReply(call, outcome).line() } catch {
      let why = Unscored(.judgeError, "the reply cannot be recorded: \(error)")
      return (try? RecordedReply(call, .failure(why)).line()) ?? ""
    }
  }
}
