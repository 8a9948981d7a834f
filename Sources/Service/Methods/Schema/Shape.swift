import JSON

/// What a value of a request looks like, and how it is read: both from one declaration, so that the document cannot say one thing
/// and the server another.
struct Shape<Value: Sendable>: Sendable {
  /// What is accepted.
  let schema: Schema
  /// Reads it, or says what is wrong and where.
  let read: @Sendable (JSONReader) throws(Fault) -> Value

  /// A value with its own reader.
  init(_ schema: Schema, read: @escaping @Sendable (JSONReader) throws(Fault) -> Value) {
    self.schema = schema
    self.read = read
  }

  /// The same for a reader of JSON.
  init(_ schema: Schema, json read: @escaping @Sendable (JSONReader) throws(JSONError) -> Value) {
    self.schema = schema
    self.read = { (reader) throws(Fault) in
      do throws(JSONError) { return try read(reader) } catch { throw Fault(error) }
    }
  }

  /// The same under a name in the document.
  func named(_ name: String) -> Shape { Shape(schema.named(name), read: read) }
}

extension Shape {
  /// A list of at most `max` elements; `limit` is the name of that limit.
  static func list<Element>(
    of element: Shape<Element>, max: Int, limit: String
  ) -> Shape where Value == [Element] {
    Shape(.list(of: element.schema, count: 0...max)) { (reader) throws(Fault) in
      let readers = try Fault.reading { () throws(JSONError) in try reader.array() }
      guard readers.count <= max else {
        throw Fault(.tooLarge, "there are \(readers.count); \(limit) is \(max)", path: reader.path.description)
      }
      var values: [Element] = []
      values.reserveCapacity(readers.count)
      for reader in readers { values.append(try element.read(reader)) }
      return values
    }
  }

  /// An object: `blank` with what its fields read. Other members are refused.
  static func object(_ blank: Value, _ fields: [Field<Value>]) -> Shape {
    let names = fields.map(\.member.name)
    return Shape(.object(fields.map(\.member))) { (reader) throws(Fault) in
      try Fault.reading { () throws(JSONError) in try reader.allowOnly(names) }
      var value = blank
      for field in fields { try field.read(reader, &value) }
      return value
    }
  }
}

extension Shape where Value == String {
  /// A text of so many characters.
  static func text(length range: ClosedRange<Int>) -> Shape {
    Shape(.text(length: range)) { (reader) throws(JSONError) in
      let text = try reader.string()
      let length = text.unicodeScalars.count
      guard range.contains(length) else {
        throw reader.error("has \(length) characters; accepted: \(range.lowerBound) to \(range.upperBound)")
      }
      return text
    }
  }
}

extension Shape where Value == Int {
  /// A whole number of a range.
  static func integer(in range: ClosedRange<Int>) -> Shape {
    Shape(.integer(in: range)) { (reader) throws(JSONError) in try reader.int(in: range) }
  }
}

extension Shape where Value == Double {
  /// A number above 0 and below 1.
  static var share: Shape {
    Shape(Schema([("type", "number"), ("exclusiveMinimum", 0), ("exclusiveMaximum", 1)])) {
      (reader) throws(JSONError) in
      let value = try reader.double(in: 0...1)
      guard value > 0, value < 1 else { throw reader.error("must be above 0 and below 1") }
      return value
    }
  }

  /// A number of a range.
  static func number(in range: ClosedRange<Double>) -> Shape {
    Shape(.number(in: range)) { (reader) throws(JSONError) in try reader.double(in: range) }
  }
}

extension Shape where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the words of a closed set.
  static func choice() -> Shape {
    Shape(.choice(Value.allCases.map(\.rawValue))) { (reader) throws(JSONError) in try reader.choice(Value.self) }
  }
}

/// One member of an object of type `Root`: its name, what it means, what it looks like and where it goes.
struct Field<Root: Sendable>: Sendable {
  let member: Schema.Member
  let read: @Sendable (JSONReader, inout Root) throws(Fault) -> Void

  /// The same member for an object that keeps a `Root` at `place`.
  func kept<Outer>(at place: any WritableKeyPath<Outer, Root> & Sendable) -> Field<Outer> {
    Field<Outer>(member: member) { (reader, outer) throws(Fault) in try read(reader, &outer[keyPath: place]) }
  }

  /// A member that must be there.
  static func must<Value>(
    _ name: String, _ place: any WritableKeyPath<Root, Value> & Sendable, _ shape: Shape<Value>, _ about: String
  ) -> Field {
    Field(member: .must(name, shape.schema, about)) { (reader, root) throws(Fault) in
      let field = try Fault.reading { () throws(JSONError) in try reader.require(name) }
      root[keyPath: place] = try shape.read(field)
    }
  }

  /// A member that may be left out, or be null.
  static func may<Value>(
    _ name: String, _ place: any WritableKeyPath<Root, Value?> & Sendable, _ shape: Shape<Value>, _ about: String
  ) -> Field {
    Field(member: .may(name, shape.schema.orNull, about)) { (reader, root) throws(Fault) in
      if let field = reader[name] { root[keyPath: place] = try shape.read(field) }
    }
  }

  /// A member that may be left out, or be null; what stands in `Root` stays then.
  static func may<Value>(
    _ name: String, _ place: any WritableKeyPath<Root, Value> & Sendable, _ shape: Shape<Value>, _ about: String
  ) -> Field {
    Field(member: .may(name, shape.schema.orNull, about)) { (reader, root) throws(Fault) in
      if let field = reader[name] { root[keyPath: place] = try shape.read(field) }
    }
  }
}

extension Fault {
  /// What is wrong with a request, as a fault.
  static func reading<Value>(_ read: () throws(JSONError) -> Value) throws(Fault) -> Value {
    do throws(JSONError) { return try read() } catch { throw Fault(error) }
  }
}
