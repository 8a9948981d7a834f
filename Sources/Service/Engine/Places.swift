import Configuration

/// How many judgments are admitted, all in all and for each caller's name.
struct Places {
  private(set) var maxInFlight: Int
  private var maxWaiting: Int
  private var maxPerKey: Int?
  private(set) var taken = 0
  private var takenByName: [String: Int] = [:]
  private var throughput = Throughput()
  /// Whether nothing more is admitted.
  var isStopping = false

  init(_ settings: ServeSettings) {
    (maxInFlight, maxWaiting, maxPerKey) = (settings.maxInFlight, settings.maxWaiting, settings.maxPerKey)
  }

  /// Other limits hold from now on; what is admitted stays so.
  mutating func apply(_ settings: ServeSettings) {
    (maxInFlight, maxWaiting, maxPerKey) = (settings.maxInFlight, settings.maxWaiting, settings.maxPerKey)
  }

  var isEmpty: Bool { taken == 0 && takenByName.isEmpty }
  private var most: Int { maxInFlight + maxWaiting }

  /// Keeps one API key from filling all there is: by default it may have three quarters of it. Where there are no keys, nobody is
  /// told from anybody else.
  private func most(for name: String) -> Int {
    name.isEmpty ? most : min(most, maxPerKey ?? max(1, most / 4 * 3))
  }

  /// Room for `count`, all or nothing.
  mutating func take(_ count: Int, for name: String, at now: ContinuousClock.Instant) throws(Fault) {
    guard !isStopping else {
      throw Fault(.stopping, "the server is stopping; try again elsewhere or later", retryAfterSeconds: 1)
    }
    let limits = "max_in_flight is \(maxInFlight), max_waiting \(maxWaiting)"
    guard count <= most else {
      let most = "at most \(most) are taken at once (\(limits))"
      throw Fault(.tooLarge, "the request asks for \(count) judgments, and \(most); ask for fewer at once")
    }
    let mine = most(for: name)
    guard count <= mine else {
      let most = "at most \(mine) are taken at once under one key (max_per_key)"
      throw Fault(.tooLarge, "the request asks for \(count) judgments, and \(most); ask for fewer at once")
    }
    let missing = max(taken + count - most, takenByName[name, default: 0] + count - mine)
    guard missing <= 0 else {
      let what =
        taken + count > most
        ? "as many judgments are in flight and waiting as are taken (\(limits))"
        : "as many judgments are in flight and waiting under this key as are taken under one (max_per_key is \(mine))"
      throw Fault(.overloaded, "\(what); try again", retryAfterSeconds: throughput.secondsFor(missing, at: now))
    }
    guard count > 0 else { return }
    taken += count
    takenByName[name, default: 0] += count
  }

  /// Gives room back: of what is finished, or of what was not used (nil).
  mutating func give(back count: Int, of name: String, finishedAt now: ContinuousClock.Instant?) {
    guard count > 0 else { return }
    taken -= count
    let left = takenByName[name, default: 0] - count
    takenByName[name] = left == 0 ? nil : left
    precondition(taken >= 0 && left >= 0, "room is given back once")
    if let now { throughput.add(count, at: now) }
  }
}
