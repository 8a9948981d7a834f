/// A JSON object: members in the order they were written, each key once.
///
/// Up to a dozen members are found by comparing keys one after the other, which is faster than hashing at that size; a
/// larger object keeps an index.
public struct JSONObject: Sendable, Hashable {
  public private(set) var members: [Member] = []
  private var index: [String: Int]?
  private static let linearLimit = 12

  public struct Member: Sendable, Hashable {
    public let key: String
    public fileprivate(set) var value: JSONValue
  }

  public init() {}

  /// Members in order; a later value for the same key replaces the earlier one in place.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    for (key, value) in members { self[key] = value }
  }

  /// For the parser, which has already refused duplicates.
  init(uniqueMembers: [Member]) {
    members = uniqueMembers
    if uniqueMembers.count > Self.linearLimit { reindex() }
  }

  public var count: Int { members.count }
  public var isEmpty: Bool { members.isEmpty }
  public var keys: [String] { members.map(\.key) }

  public subscript(key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let at?, let value?): members[at].value = value
      case (let at?, nil):
        members.remove(at: at)
        if index != nil { reindex() }
      case (nil, let value?):
        members.append(Member(key: key, value: value))
        index?[key] = members.count - 1
        if index == nil, members.count > Self.linearLimit { reindex() }
      case (nil, nil): break
      }
    }
  }

  /// Two objects are equal when they have the same members in any order (RFC 8259 §4: the order carries no meaning).
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }

  public func hash(into hasher: inout Hasher) {
    var combined = 0
    for member in members {
      var one = Hasher()
      one.combine(member)
      combined ^= one.finalize()
    }
    hasher.combine(combined)
  }

  private func position(of key: String) -> Int? {
    if let index { return index[key] }
    return members.firstIndex { $0.key == key }
  }

  private mutating func reindex() {
    index = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($0.element.key, $0.offset) })
  }
}
