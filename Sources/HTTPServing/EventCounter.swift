internal import CMicrohttpd
import Glibc

/// A number that threads add to and take from, and can wait for beside sockets (eventfd(2), as a semaphore).
final class EventCounter: Sendable {
  private let descriptor: Int32

  init(_ count: UInt32) throws(ServerError) {
    descriptor = eventfd(count, Int32(EFD_SEMAPHORE) | Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    guard descriptor >= 0 else {
      throw ServerError(description: "the system has no file descriptors left to listen with")
    }
  }

  deinit { close(descriptor) }

  /// One more.
  func add() { _ = eventfd_write(descriptor, 1) }

  /// Waits until there is one and takes it. False, and nothing taken, as soon as `other` has any.
  func wait(unless other: EventCounter) -> Bool {
    var value: eventfd_t = 0
    repeat { guard other.comesAfter(descriptor) else { return false } } while eventfd_read(descriptor, &value) != 0
    return true
  }

  /// Waits for whichever comes first: something to read from `socket` (true), or one of these (false).
  func comesAfter(_ socket: Int32) -> Bool {
    var waiting = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&waiting, 2, -1) < 0 {}
    return waiting[0].revents == 0
  }

  /// Whether there is one within `milliseconds`.
  func comes(within milliseconds: Int32) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, milliseconds) > 0
  }
}
