internal import CMicrohttpd
import Glibc
import Synchronization

/// Takes connections from the system, as many at once as there are slots, and hands them to libmicrohttpd.
///
/// The library could listen itself, but not stop: `MHD_quiesce_daemon` and each of the library's threads may both take the
/// socket out of that thread's epoll set, and whoever comes second ends the process (0.9.75; not mended in 1.0 either).
final class Acceptor: Sendable {
  private let socket: Int32
  private let stopping: EventCounter
  private let thread: SystemThread
  private let isStopped = Mutex(false)

  /// How long it waits when the system has no descriptor or memory left for a connection, which then waits in its queue.
  private static let shortageMilliseconds: Int32 = 50

  /// Begins. The socket is its own from now on, and `daemon` is to outlive it.
  init(_ socket: Int32, _ daemon: ConnectionPointer, slots: EventCounter) throws(ServerError) {
    self.socket = socket
    let stopping = try EventCounter(0)
    self.stopping = stopping
    thread = try SystemThread(purpose: "listen with") {
      // A slot is taken before a connection, so that one for which there is no slot stays in the system's queue.
      while slots.wait(unless: stopping) {
        guard stopping.comesAfter(socket) else { return }
        let code = cmhd_accept(socket, daemon.pointer)
        guard code != 0 else { continue }
        slots.add()
        let isShortage = [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
        if isShortage, stopping.comes(within: Self.shortageMilliseconds) { return }
      }
    }
  }

  /// Takes no more connections, and closes the socket; later calls do nothing.
  func stop() {
    isStopped.withLock { isStopped in
      guard !isStopped else { return }
      isStopped = true
      stopping.add()
      thread.join()
      close(socket)
    }
  }
}
