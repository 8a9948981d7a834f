import Configuration

/// The training runs that statistics are kept of, up to a number of them; the one that was not heard of for the longest goes first.
struct RunTable {
  struct Key: Labelled, Sendable {
    let run: String
    let rubric: String

    var labels: Exposition.Labels { [("run", run), ("rubric", rubric)] }
  }

  private struct Entry {
    let key: Key
    var statistics = RunStatistics()
  }

  private var entries = LinkedStore<Entry>()
  /// The longest unused first.
  private var byUse = LinkedStore<Entry>.List()
  private var places: [Key: Int] = [:]
  /// Runs that were forgotten because others came.
  private(set) var forgotten = 0

  /// How many are kept; a run counts once for each of its rubrics.
  var most: Int { didSet { makeRoom(for: 0) } }

  init(most: Int) { self.most = most }

  /// Changes the statistics of a run, which begin with this where they are not there. Does nothing where none are kept.
  mutating func update(_ key: Key, _ change: (inout RunStatistics) -> Void) {
    guard most > 0 else { return }
    if let place = places[key] {
      entries.moveToEnd(place, of: &byUse)
      return change(&entries[place].statistics)
    }
    makeRoom(for: 1)
    var entry = Entry(key: key)
    change(&entry.statistics)
    places[key] = entries.append(entry, to: &byUse)
  }

  private mutating func makeRoom(for more: Int) {
    while entries.count + more > most, let oldest = entries.first(of: byUse) {
      places[entries.remove(oldest, from: &byUse).key] = nil
      forgotten += 1
    }
  }

  /// All that are kept, as they are now.
  var page: RunPage { RunPage(statistics: places.mapValues { entries[$0].statistics }, forgotten: forgotten) }
}
