import Glibc
import HTTP

/// When the server wants to be asked again.
enum RetryAfter {
  /// The wait that an answer asks for: `retry-after-ms` (OpenAI and Azure), or `Retry-After` in seconds or as a date
  /// (RFC 9110 §10.2.3). Nil where there is none, or none that can be read; a date that has passed is no wait.
  static func wait(in response: HTTPResponse, secondsSince1970 now: Int) -> Duration? {
    if let milliseconds = response["retry-after-ms"].flatMap(Double.init), let wait = duration(milliseconds / 1000) {
      return wait
    }
    guard let text = response["Retry-After"] else { return nil }
    if let seconds = Double(text) { return duration(seconds) }
    return date(text).map { .seconds(max(0, $0 - now)) }
  }

  /// Longer than a year is as good as for ever, and does not overflow.
  private static func duration(_ seconds: Double) -> Duration? {
    guard seconds.isFinite, seconds >= 0 else { return nil }
    return .seconds(min(seconds, 31_536_000))
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of RFC 9110 §5.6.7 that may still be sent.
  private static func date(_ text: String) -> Int? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
      let month = months.firstIndex(of: String(words[2])), (1...31).contains(day), (1970...9999).contains(year)
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month), Int32(day))
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (Int32(hour), Int32(minute), Int32(second))
    return timegm(&parts)
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
