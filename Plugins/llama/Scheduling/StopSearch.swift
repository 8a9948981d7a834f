/// Finds texts that end a reply while the reply is written.
package struct StopSearch: Sendable {
  private let stops: [[UInt8]]
  private let longest: Int

  /// Empty texts are passed over.
  package init(_ stops: [String]) {
    self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
    longest = self.stops.map(\.count).max() ?? 0
  }

  /// Where the earliest stop begins, given that all before `old` has been searched; nil: there is none.
  package func find(in bytes: [UInt8], after old: Int) -> Int? {
    guard longest > 0 else { return nil }
    let start = max(0, old - longest + 1)
    guard start < bytes.count else { return nil }
    return (start..<bytes.count).first { at in stops.contains { bytes[at...].starts(with: $0) } }
  }
}
