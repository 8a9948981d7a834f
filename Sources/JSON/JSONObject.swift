/// A JSON object: members in the order they were written, each key once.
///
/// Up to a dozen members are found by comparing keys one after the other, which is faster than hashing at that size; a
/// larger object keeps an index.
public struct JSONObject: Sendable, Hashable {
  /// In the order they were written.
  public private(set) var members: [Member] = [] {
    didSet { if case .text = aid { aid = .none } }
  }
  private var aid = Aid.none
  private static let linearLimit = 12

  /// What is kept beside the members to be quicker; it says nothing that they do not.
  private enum Aid: Sendable {
    case none
    case index([JSONKey: Int])
    case text(CompactText)
  }

  private final class CompactText: Sendable {
    let bytes: [UInt8]
    init(bytes: [UInt8]) { self.bytes = bytes }
  }

  /// One key with its value.
  public struct Member: Sendable, Hashable {
    /// Unique in its object.
    public let key: String
    /// May be ``JSONValue/null``: a member that is null is still there.
    public fileprivate(set) var value: JSONValue
  }

  /// An object without members.
  public init() {}

  /// Members in order; a later value for the same key replaces the earlier one in place.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.members.reserveCapacity(members.underestimatedCount)
    for (key, value) in members { self[key] = value }
  }

  /// Makes room for so many members.
  public mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

  /// nil where a key is there twice.
  init?(members: [Member]) {
    self.members = members
    if members.count > Self.linearLimit {
      var index: [JSONKey: Int] = [:]
      index.reserveCapacity(members.count)
      for (at, member) in members.enumerated() where index.updateValue(at, forKey: JSONKey(member.key)) != nil {
        return nil
      }
      aid = .index(index)
    } else {
      for at in members.indices.dropFirst()
      where members[..<at].contains(where: { JSONKey($0.key) == JSONKey(members[at].key) }) {
        return nil
      }
    }
  }

  /// For the parser, which has already refused duplicates.
  init(uniqueMembers: [Member]) {
    members = uniqueMembers
    if uniqueMembers.count > Self.linearLimit { reindex() }
  }

  /// Members that are null count.
  public var count: Int { members.count }
  /// True when there are no members.
  public var isEmpty: Bool { members.isEmpty }
  /// In the order of ``members``.
  public var keys: [String] { members.map(\.key) }

  /// The value of `key`; nil where there is no such member. Setting a value replaces it in place or appends a member,
  /// setting nil removes the member; a JSON null is set as ``JSONValue/null``.
  public subscript(key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let at?, let value?): members[at].value = value
      case (let at?, nil):
        members.remove(at: at)
        if case .index = aid { reindex() }
      case (nil, let value?):
        members.append(Member(key: key, value: value))
        guard members.count > Self.linearLimit else { return }
        if case .index(var index) = aid {
          aid = .none
          index[JSONKey(key)] = members.count - 1
          aid = .index(index)
        } else {
          reindex()
        }
      case (nil, nil): break
      }
    }
  }

  /// Two objects are equal when they have the same members in any order (RFC 8259 §4: the order carries no meaning).
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }

  /// Like equality, blind to the order of members.
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
    if case .index(let index) = aid { return index[JSONKey(key)] }
    return members.firstIndex { JSONKey($0.key) == JSONKey(key) }
  }

  private mutating func reindex() {
    aid = .index(Dictionary(uniqueKeysWithValues: members.enumerated().map { (JSONKey($0.element.key), $0.offset) }))
  }
}

extension JSONObject {
  /// The same object with its compact text at hand until it is changed: for what is written again and again. Throws what
  /// ``JSONWriter/compact(_:)`` does.
  public func keepingText() throws(JSONError) -> JSONObject {
    var object = self
    object.aid = .text(CompactText(bytes: try JSONWriter.bytes(.object(self))))
    return object
  }

  /// The text that is kept, if any.
  var compactText: [UInt8]? { if case .text(let text) = aid { text.bytes } else { nil } }
}
