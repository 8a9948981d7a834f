import Glibc

/// The machine.
enum Processors {
  /// How many are there to compute on; at least 1.
  static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
