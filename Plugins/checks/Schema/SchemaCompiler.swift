import JSON

/// Turns subschemas into nodes. A subschema is compiled once, known by its place in the document, so that references may
/// form cycles.
struct SchemaCompiler {
  private(set) var nodes: [JSONSchema.Node] = []
  private(set) var dynamicAnchors: [String: [Int: Int]] = [:]
  var tracksEvaluation = false

  private let index: SchemaIndex
  private var byPlace: [JSONPath: Int] = [:]
  private var resources: [String: Int] = [:]

  init(_ index: SchemaIndex) { self.index = index }

  mutating func run() throws(JSONError) {
    _ = try node(index.root)
    for anchor in index.dynamicAnchors {
      let node = try node(anchor.location)
      dynamicAnchors[anchor.name, default: [:]][resource(anchor.resource)] = node
    }
  }

  /// The node of a subschema.
  mutating func node(_ location: SchemaIndex.Location) throws(JSONError) -> Int {
    let place = location.reader.path
    if let known = byPlace[place] { return known }
    let number = nodes.count
    byPlace[place] = number
    nodes.append(JSONSchema.Node(resource: resource(location.base.resource)))
    if let constant = location.reader.value.bool {
      nodes[number].constant = constant
      return number
    }
    guard location.reader.value.object != nil else {
      throw location.reader.error("expected a schema (an object, true or false), found \(location.reader.value.kind)")
    }
    var keywords: [any SchemaKeyword] = []
    let source = SchemaSource(reader: location.reader, base: location.base)
    for keyword in SchemaKeywords.all {
      if let keyword = try keyword.read(source, &self) { keywords.append(keyword) }
    }
    nodes[number].keywords = keywords
    return number
  }

  /// The node that a reference leads to.
  mutating func node(_ reference: JSONReader, base: URIReference) throws(JSONError) -> Int {
    try node(try index.resolve(reference, base: base))
  }

  /// Whether a reference ends in the name of a `$dynamicAnchor`, which it then may mean in every resource.
  func dynamicName(_ reference: JSONReader, base: URIReference) throws(JSONError) -> String? {
    let location = try index.resolve(reference, base: base)
    guard let name = URIReference(try reference.string()).decodedFragment, !name.hasPrefix("/"),
      location.reader["$dynamicAnchor"]?.value.string == name
    else { return nil }
    return name
  }

  private mutating func resource(_ uri: String) -> Int {
    if let known = resources[uri] { return known }
    resources[uri] = resources.count
    return resources.count - 1
  }
}

/// A schema object that keywords are read from.
struct SchemaSource {
  let reader: JSONReader
  let base: URIReference

  subscript(keyword: String) -> JSONReader? { reader[keyword] }

  /// The node of the subschema under `keyword`.
  func schema(_ keyword: String, _ compiler: inout SchemaCompiler) throws(JSONError) -> Int? {
    guard let reader = reader[keyword] else { return nil }
    return try node(reader, &compiler)
  }

  func schemas(_ keyword: String, _ compiler: inout SchemaCompiler) throws(JSONError) -> [Int]? {
    guard let reader = reader[keyword] else { return nil }
    var nodes: [Int] = []
    for element in try reader.array() { nodes.append(try node(element, &compiler)) }
    guard !nodes.isEmpty else { throw reader.error("the list is empty; give at least one schema") }
    return nodes
  }

  func namedSchemas(_ keyword: String, _ compiler: inout SchemaCompiler) throws(JSONError) -> [(
    name: String, node: Int
  )] {
    guard let reader = reader[keyword] else { return [] }
    var nodes: [(name: String, node: Int)] = []
    for member in try reader.object().members {
      nodes.append((member.key, try node(JSONReader(member.value, path: reader.path[member.key]), &compiler)))
    }
    return nodes
  }

  func count(_ keyword: String) throws(JSONError) -> Int? {
    guard let reader = reader[keyword] else { return nil }
    return try reader.int(in: 0...Int.max)
  }

  func strings(_ keyword: String) throws(JSONError) -> [String]? {
    guard let reader = reader[keyword] else { return nil }
    return try Self.strings(reader)
  }

  static func strings(_ reader: JSONReader) throws(JSONError) -> [String] {
    var strings: [String] = []
    for element in try reader.array() { strings.append(try element.string()) }
    return strings
  }

  static func pattern(_ source: String, _ reader: JSONReader) throws(JSONError) -> Pattern {
    do {
      return try Pattern(source, flags: .ecma)
    } catch {
      throw reader.error("the pattern does not compile: \(error.message), at offset \(error.offset)")
    }
  }

  private func node(_ reader: JSONReader, _ compiler: inout SchemaCompiler) throws(JSONError) -> Int {
    try compiler.node(SchemaIndex.Location(reader: reader, base: try SchemaIndex.base(of: reader, inside: base)))
  }
}
