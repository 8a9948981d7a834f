internal import CMicrohttpd
import Synchronization

/// Where a streamed body is written to. Writing waits while the client is slow, so that what is held in memory has a bound.
public final class BodyWriter: Sendable {
  /// The client has gone, or the server is closing.
  public struct Gone: Error, Sendable, Hashable {}

  private enum Ending { case whole, broken }

  private struct State {
    var written = 0
    var bytes: [UInt8] = []
    var start = 0
    var ending: Ending?
    var isGone = false
    var isSuspended = false
    var waiting: CheckedContinuation<Void, Never>?
    var ahead: Int { bytes.count - start }
  }

  private let state = Mutex(State())
  private let limit: Int
  /// libmicrohttpd's connection; valid until ``leave()``. nil: all that is written stays here.
  private let connection: ConnectionPointer?

  /// A writer without a client: what is written is kept. For those who want the whole body after all.
  public init() {
    connection = nil
    limit = .max
  }

  /// What was written and not sent yet.
  public var pending: [UInt8] { state.withLock { Array($0.bytes[$0.start...]) } }

  /// All that was written so far, sent or not.
  public var writtenBytes: Int { state.withLock { $0.written } }

  init(_ connection: ConnectionPointer, limit: Int) {
    self.connection = connection
    self.limit = limit
  }

  /// Sends `bytes` after all that was written before. Throws ``Gone`` where nobody reads them.
  ///
  /// One writer at a time.
  public func write(_ bytes: [UInt8]) async throws(Gone) {
    guard !bytes.isEmpty else { return }
    let mustWait = state.withLock { state in
      guard !state.isGone else { return false }
      state.bytes += bytes
      state.written += bytes.count
      wake(&state)
      return state.ahead > limit
    }
    if mustWait { await room() }
    if state.withLock({ $0.isGone }) { throw Gone() }
  }

  /// Waits until the client has read on, or is gone.
  private func room() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if state.isGone || state.ahead <= limit { return true }
        state.waiting = continuation
        return false
      }
      if isOpen { continuation.resume() }
    }
  }

  func end(isWhole: Bool) {
    state.withLock { state in
      state.ending = state.ending ?? (isWhole ? .whole : .broken)
      wake(&state)
    }
  }

  /// The connection is over: nobody reads any more, and it must not be touched again.
  func leave() {
    let waiting = state.withLock { state in
      state.isGone = true
      wake(&state)
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume()
  }

  /// The reader goes on. Under the lock, so that the connection is not resumed after it was left.
  private func wake(_ state: inout State) {
    guard state.isSuspended, let connection else { return }
    state.isSuspended = false
    MHD_resume_connection(connection.pointer)
  }

  /// Fills `buffer`, on libmicrohttpd's thread: the count, 0 after suspending the connection, or one of its two ends.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let (count, waiting) = state.withLock { state -> (Int, CheckedContinuation<Void, Never>?) in
      guard state.ahead > 0 else {
        if state.isGone || state.ending == .broken { return (Self.broken, nil) }
        if state.ending == .whole { return (Self.end, nil) }
        guard let connection else { return (0, nil) }
        state.isSuspended = true
        MHD_suspend_connection(connection.pointer)
        return (0, nil)
      }
      let count = min(state.ahead, buffer.count)
      state.bytes.withUnsafeBytes { bytes in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.start..<state.start + count]))
      }
      state.start += count
      // What has been sent is dropped when it is half of what is held, so that each byte is moved once at most.
      if 2 * state.start >= state.bytes.count {
        state.bytes.removeFirst(state.start)
        state.start = 0
      }
      guard state.ahead <= limit else { return (count, nil) }
      defer { state.waiting = nil }
      return (count, state.waiting)
    }
    waiting?.resume()
    return count
  }

  /// libmicrohttpd's `MHD_CONTENT_READER_END_OF_STREAM` and `_END_WITH_ERROR`, which are macros.
  private static let end = -1
  private static let broken = -2
}

/// A pointer that may be handed from thread to thread: whoever holds it says until when it is valid.
struct ConnectionPointer: @unchecked Sendable {
  // @unchecked: libmicrohttpd allows its resume function on any thread; all else is called on its own.
  let pointer: OpaquePointer
}
