/// Lists that live in one array: taking a value out of the middle of a list costs the same as taking its first.
package struct LinkedStore<Value> {
  /// A list of places of the store.
  package struct List {
    fileprivate var first = -1
    fileprivate var last = -1

    /// An empty list.
    package init() {}
    /// Whether there is nothing in it.
    package var isEmpty: Bool { first < 0 }
  }

  private struct Node {
    var value: Value?
    var previous: Int
    var next: Int
  }

  private var nodes: [Node] = []
  private var free: [Int] = []

  /// An empty store.
  package init() {}

  /// How many values are in it.
  package var count: Int { nodes.count - free.count }

  /// The value at a place that ``append(_:to:)`` gave and ``remove(_:from:)`` has not taken back.
  package subscript(place: Int) -> Value {
    get {
      guard let value = nodes[place].value else { preconditionFailure("a place that was given up") }
      return value
    }
    _modify {
      guard var value = nodes[place].value else { preconditionFailure("a place that was given up") }
      nodes[place].value = nil
      defer { nodes[place].value = value }
      yield &value
    }
  }

  /// The place of a list's first value.
  package func first(of list: List) -> Int? { list.isEmpty ? nil : list.first }

  /// The places of a list, in order.
  package func places(of list: List) -> [Int] {
    var places: [Int] = []
    var at = list.first
    while at >= 0 {
      places.append(at)
      at = nodes[at].next
    }
    return places
  }

  /// Puts a value at the end of `list`, and says where it is.
  package mutating func append(_ value: Value, to list: inout List) -> Int {
    let place = free.popLast() ?? nodes.count
    let node = Node(value: value, previous: -1, next: -1)
    if place == nodes.count { nodes.append(node) } else { nodes[place] = node }
    link(place, &list)
    return place
  }

  /// Takes the value at `place` out of `list`, in which it is.
  @discardableResult
  package mutating func remove(_ place: Int, from list: inout List) -> Value {
    guard let value = nodes[place].value else { preconditionFailure("a place that was given up") }
    unlink(place, &list)
    nodes[place].value = nil
    free.append(place)
    return value
  }

  /// Puts what is at `place` of `list` behind all others of it; it keeps its place.
  package mutating func moveToEnd(_ place: Int, of list: inout List) {
    unlink(place, &list)
    link(place, &list)
  }

  private mutating func link(_ place: Int, _ list: inout List) {
    (nodes[place].previous, nodes[place].next) = (list.last, -1)
    if list.last >= 0 { nodes[list.last].next = place } else { list.first = place }
    list.last = place
  }

  private mutating func unlink(_ place: Int, _ list: inout List) {
    let (previous, next) = (nodes[place].previous, nodes[place].next)
    if previous >= 0 { nodes[previous].next = next } else { list.first = next }
    if next >= 0 { nodes[next].previous = previous } else { list.last = previous }
  }
}
