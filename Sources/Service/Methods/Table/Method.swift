import HTTPServing
import JSON

/// Something the server does when it is asked. One value says how it is asked over HTTP and JSON-RPC, what it takes and what it
/// gives, and does it; the document is made of the same value.
public struct Method: Sendable {
  /// What JSON-RPC and the document call it.
  let name: String
  let verb: Endpoint.Verb
  let path: String
  /// One line.
  let summary: String
  /// All there is to know.
  let about: String
  /// What it takes: the body of a POST, the query of a GET, the parameters of JSON-RPC.
  let request: Schema
  /// What it gives.
  let response: Schema
  /// Whether it answers without an API key.
  var isOpen = false
  /// Whether it wants a key of an administrator, where keys are required.
  var isForAdmins = false
  /// Whether it gives a page to who asks for HTML.
  var hasPage = false
  /// Whether JSON-RPC has it.
  var isOverRPC = true
  /// Headers that stand on every answer, and mark it for what it is.
  var marks: [RequestHead.Field] = []
  /// HTTP statuses besides 200 with which it gives its response, and what they mean.
  var otherStatuses: [Int: String] = [:]
  /// A request as an example.
  var example: JSONValue?
  /// The lines of a streamed answer; nil where it gives none.
  var lines: Schema?
  /// Faults of the request are thrown; what comes of single items is part of the work.
  let begin: @Sendable (JSONReader, Caller) async throws(Fault) -> Begun

  /// A method that takes what `shape` says.
  init<Taken>(
    _ name: String, _ verb: Endpoint.Verb, _ path: String, summary: String, about: String, takes shape: Shape<Taken>,
    gives response: Schema, begin: @escaping @Sendable (Taken, Caller) async throws(Fault) -> Begun
  ) {
    self.name = name
    self.verb = verb
    self.path = path
    self.summary = summary
    self.about = about
    request = shape.schema
    self.response = response
    self.begin = { (reader, caller) throws(Fault) in try await begin(try shape.read(reader), caller) }
  }
}

/// What a method has to give.
enum Begun: Sendable {
  /// An answer that is there.
  case whole(JSONValue, status: Int = 200)
  /// An answer that is there, and a page that shows it.
  case page(JSONValue, html: String)
  /// Results that come one by one.
  case results(ResultStream)

  /// The whole answer, in the order of the request.
  func answer() async throws(Fault) -> JSONValue {
    switch self {
    case .whole(let value, _), .page(let value, _): return value
    case .results(let results): return try await results.collected()
    }
  }
}

/// Results that come in any order, one for each of `count`, and what is said when all are there.
struct ResultStream: Sendable {
  /// What the list of results is called: `judgments`.
  let list: String
  /// What one of them is called: `judgment`.
  let element: String
  let count: Int
  let results: AsyncStream<(index: Int, value: JSONValue)>
  /// What stands beside the results: sums over them. Asked for when all are there.
  let ending: @Sendable () -> JSONObject

  func collected() async throws(Fault) -> JSONValue {
    var values: [JSONValue?] = Array(repeating: nil, count: count)
    for await (index, value) in results { values[index] = value }
    let whole = values.compactMap { $0 }
    guard whole.count == count else { throw Self.incomplete(whole.count, of: count) }
    return .object(JSONObject([(list, .array(whole))] + ending().members.map { ($0.key, $0.value) }))
  }

  /// A short list must never look like a whole one.
  static func incomplete(_ found: Int, of count: Int) -> Fault {
    guard !Task.isCancelled else { return Fault(.clientLeft, "the client hung up, and the request was given up") }
    return Fault(.internalError, "only \(found) of \(count) results came; the request was given up")
  }
}

extension Method {
  /// The members of the request that stand in the path.
  var placeNames: [String] {
    path.split(separator: "/").filter { $0.first == "{" }.map { String($0.dropFirst().dropLast()) }
  }
}
