import Glibc

/// The file descriptors that this process may have: each connection of a client takes one, each call to a model server another.
enum Descriptors {
  /// Raises the limit in force to the most that is allowed; returns what it is then.
  static func raise() -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return 0 }
    var raised = limit
    raised.rlim_cur = limit.rlim_max
    if setrlimit(resource, &raised) == 0 { limit = raised }
    return Int(clamping: limit.rlim_cur)
  }
}
