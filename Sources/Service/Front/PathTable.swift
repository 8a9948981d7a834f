/// Endpoints by the paths they answer at.
struct PathTable: Sendable {
  /// A path in which a piece stands for any.
  private struct Pattern: Sendable {
    let pieces: [Substring]
    let endpoints: [Endpoint]

    /// What stands where the names are; nil where it is another path.
    func match(_ path: [Substring]) -> [String: String]? {
      guard path.count == pieces.count else { return nil }
      var place: [String: String] = [:]
      for (piece, given) in zip(pieces, path) {
        if piece.first == "{" {
          guard !given.isEmpty else { return nil }
          place[String(piece.dropFirst().dropLast())] = String(given)
        } else if piece != given {
          return nil
        }
      }
      return place
    }
  }

  private let exact: [String: [Endpoint]]
  private let patterns: [Pattern]

  init(_ endpoints: [Endpoint]) {
    let byPath = Dictionary(grouping: endpoints, by: \.path)
    exact = byPath.filter { !$0.key.contains("{") }
    patterns = byPath.filter { $0.key.contains("{") }.sorted { $0.key < $1.key }.map {
      Pattern(pieces: Self.pieces($0.key), endpoints: $0.value)
    }
  }

  /// Every endpoint.
  var all: [Endpoint] { exact.values.flatMap { $0 } + patterns.flatMap(\.endpoints) }

  /// What answers at `path`; nil: nothing. A path that is there as it is goes before one with names.
  func find(_ path: String) -> (endpoints: [Endpoint], place: [String: String])? {
    if let endpoints = exact[path] { return (endpoints, [:]) }
    guard !patterns.isEmpty else { return nil }
    let pieces = Self.pieces(path)
    for pattern in patterns {
      if let place = pattern.match(pieces) { return (pattern.endpoints, place) }
    }
    return nil
  }

  private static func pieces(_ path: String) -> [Substring] {
    path.split(separator: "/", omittingEmptySubsequences: false)
  }
}
