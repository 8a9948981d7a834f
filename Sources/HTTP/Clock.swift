import Glibc

func monotonicNanoseconds() -> UInt64 {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

extension UInt64 {
  /// Later by that much, or at once where it is negative; never past the end of time.
  func adding(milliseconds: Int) -> UInt64 {
    let (nanoseconds, tooLong) = UInt64(Swift.max(0, milliseconds)).multipliedReportingOverflow(by: 1_000_000)
    let (sum, tooLate) = addingReportingOverflow(nanoseconds)
    return tooLong || tooLate ? .max : sum
  }
}
