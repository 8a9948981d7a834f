import HTTPServing
import JSON
import Wire

/// The words in which the clients of one training system ask for rewards and read the answers. One file each; ``Dialects``
/// lists them.
///
/// A dialect knows no judge and no policy: it reads samples out of a body, and writes numbers into one.
protocol Dialect: Sendable {
  /// As the configuration names it.
  static var name: String { get }
  /// How long a request may take by default: less than the client waits, so that it gets an answer and not a broken
  /// connection.
  static var timeoutMilliseconds: Int { get }
  /// What may stand in a route's `options` for this dialect, besides ``RouteOptions/fields``.
  static var fields: [String] { get }

  /// Reads the dialect's options.
  init(options: JSONReader) throws(JSONError)

  /// The samples of a body. An error is about the request as a whole; a sample that cannot be judged is in the list, with the
  /// reason.
  func read(_ body: JSONReader) throws(JSONError) -> [Sample]

  /// The answer for the samples in their order, one reward each. Every sample gets the same keys, whatever came of it: clients
  /// take them from the first and expect them of all.
  func write(_ rewards: [Reward]) -> JSONValue

  /// What is said when there is no answer.
  func explain(_ fault: Fault, to caller: Caller) -> Reply
}

extension Dialect {
  /// By default as Cupel says it everywhere: what a client reads of it is the status.
  func explain(_ fault: Fault, to caller: Caller) -> Reply { fault.reply(requestID: caller.requestID) }
}

/// One rollout that a client wants a reward for.
struct Sample: Sendable {
  /// What is judged, or why it cannot be. Its id is the digest of its content, so that the same rollout is the same work
  /// whoever sends it and however often.
  let item: Result<Item, Unscored>
  /// The digest of the prompt: what the rollouts of one group have in common. nil where there is no prompt, and thus no group.
  let group: String?
  /// Where it stands in the body.
  let path: JSONPath

  /// A sample of `prompt` as the client sent it, by which groups are told apart where it is there, and what can be made of it.
  init(
    _ rollout: Result<Rollout, Unscored>, reference: Result<Content?, Unscored>, prompt: JSONValue?, path: JSONPath
  ) {
    item = rollout.flatMap { rollout in reference.map { rollout.item(reference: $0) } }
    let sent = prompt.flatMap { try? JSONWriter.canonical($0) }.map(Digest.sha256)
    group = sent ?? (try? rollout.get().prompt).map(\.digest)
    self.path = path
  }
}

/// What a client gets for one sample.
struct Reward: Sendable, Hashable {
  /// On the rubric's scale: the score, or what stands in for it.
  let number: Double
  /// The same from 0 to 1; on a scale without ends, the number itself.
  let fraction: Double
  /// How many verdicts of the judge it rests on: 0 where another number stands in for the score.
  let verdicts: Int
  /// Why there is no score, and ``number`` is none.
  let unscored: UnscoredReason?

  /// A score, or with `unscored` a stand-in.
  init(number: Double, fraction: Double, verdicts: Int, unscored: UnscoredReason? = nil) {
    self.number = number
    self.fraction = fraction
    self.verdicts = verdicts
    self.unscored = unscored
  }

  /// 1 where there is no score, otherwise 0.
  var unscoredFlag: JSONValue { .number(unscored == nil ? 0 : 1) }
}

/// The dialects by name.
enum Dialects {
  /// In the order in which messages list them.
  static let all: [any Dialect.Type] = [OpenRLHF.self, Slime.self]

  /// The dialect of that name, or an error at the name's place that lists the others.
  static func named(_ name: String, at path: JSONPath) throws(JSONError) -> any Dialect.Type {
    if let dialect = all.first(where: { $0.name == name }) { return dialect }
    throw JSONError(Suggestion.unknown("dialect", name, among: all.map { $0.name }), path: path.description)
  }
}
