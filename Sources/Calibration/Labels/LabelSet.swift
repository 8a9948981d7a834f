public import JSON

/// The labels of a file, put together by what they are about.
public struct LabelSet: Sendable {
  /// What labels are about.
  public struct Subject: Sendable, Hashable {
    /// The item's id.
    public let id: String
    /// Which response; 0 for a label of the whole item.
    public let response: Int
  }

  /// What people said of one subject.
  struct Entry: Sendable {
    /// By the place of the rater.
    var ratings: [Int: Double]
    let group: String?
    let systems: [String]
    let style: [String: [Double]]
    let line: Int
  }

  /// What the labels say; nil while there are none.
  public private(set) var kind: LabelKind?
  /// Everyone who gave a label, in the order of their first one.
  public private(set) var raters: [String] = []
  private let scale: HumanScale?
  private(set) var entries: [Subject: Entry] = [:]
  /// In the order of the file.
  private(set) var subjects: [Subject] = []
  private var places: [String: Int] = [:]

  /// Without labels; scores have to be of `scale`, where it is given.
  public init(scale: HumanScale? = nil) { self.scale = scale }

  /// How many responses or items are labelled.
  public var count: Int { subjects.count }

  /// Adds the label of line `line`.
  ///
  /// - Throws: what is wrong with it by itself, or beside the lines before it.
  public mutating func add(_ reader: JSONReader, line: Int) throws(JSONError) {
    let label = try Label(reader, scale: scale)
    let kind = try Label.kind(reader)
    if let first = self.kind, first != kind {
      throw reader.error(
        "'\(kind.rawValue)', and the lines before have '\(first.rawValue)'; one file has one kind of label")
    }
    self.kind = kind
    let place = places[label.rater] ?? raters.count
    if place == raters.count {
      raters.append(label.rater)
      places[label.rater] = place
    }
    let subject = Subject(id: label.id, response: label.response)
    guard var entry = entries[subject] else {
      subjects.append(subject)
      entries[subject] = Entry(
        ratings: [place: label.value], group: label.group, systems: label.systems, style: label.style, line: line)
      return
    }
    guard entry.ratings.updateValue(label.value, forKey: place) == nil else {
      let who = label.rater.isEmpty ? "somebody without a name" : "'\(label.rater)'"
      throw reader.error(
        "'\(label.id)' is labelled a second time by \(who), first in line \(entry.line); several people are told apart by 'rater'"
      )
    }
    guard entry.group == label.group, entry.systems == label.systems else {
      throw reader.error("'group' and 'systems' differ from those of the same item in line \(entry.line)")
    }
    entries[subject] = entry
  }

  /// What people say together: the mean of scores; of the other kinds the majority, nil where it is split evenly.
  func consensus(_ entry: Entry) -> Double? {
    // In the order of the raters: the order of a dictionary differs from run to run, and with it the last digit of a mean.
    let values = entry.ratings.sorted { $0.key < $1.key }.map(\.value)
    if kind == .score { return values.mean }
    var counts: [Double: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    let most = counts.values.max() ?? 0
    let best = counts.filter { $0.value == most }.keys
    return best.count == 1 ? best.first : nil
  }

  /// One rating for each rater, nil where there is none.
  func ratings(_ entry: Entry) -> [Double?] { raters.indices.map { entry.ratings[$0] } }
}
