public import Wire

/// One thing of an input: an item, or what is wrong with it.
public struct BatchRecord: Sendable {
  /// The item's id; for a record that has none (or is broken) its ``location``.
  public let id: String
  /// Where it was found: `answers.jsonl:12`, or a file's path.
  public let location: String
  /// What is to be judged, or why it cannot be.
  public let content: Result<Item, Unscored>
  /// Roughly what it holds in memory, in bytes.
  public let cost: Int
  /// Bytes of all inputs up to and including this record.
  public let progress: Int

  init(id: String, location: String, _ content: Result<Item, Unscored>, cost: Int, progress: Int) {
    self.id = id
    self.location = location
    self.content = content
    self.cost = cost
    self.progress = progress
  }
}
