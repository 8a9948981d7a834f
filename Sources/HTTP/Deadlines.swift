/// The exchanges of an event thread by their deadlines: a heap in which each knows its place, so that one leaves as cheaply
/// as it came.
final class Deadlines {
  private(set) var exchanges: [Exchange] = []

  /// The earliest one.
  var first: Exchange? { exchanges.first }

  func add(_ exchange: Exchange) {
    exchange.deadline = exchange.nextDeadline
    exchange.deadlinePlace = exchanges.count
    exchanges.append(exchange)
    rise(exchanges.count - 1)
  }

  func remove(_ exchange: Exchange) {
    guard let place = exchange.deadlinePlace else { return }
    exchange.deadlinePlace = nil
    let last = exchanges.removeLast()
    guard place < exchanges.count else { return }
    put(last, at: place)
    rise(place)
    sink(place)
  }

  /// Moves it to where its deadline is now.
  func update(_ exchange: Exchange) {
    guard let place = exchange.deadlinePlace else { return }
    exchange.deadline = exchange.nextDeadline
    rise(place)
    sink(exchange.deadlinePlace ?? place)
  }

  private func put(_ exchange: Exchange, at place: Int) {
    exchanges[place] = exchange
    exchange.deadlinePlace = place
  }

  private func exchangePlaces(_ one: Int, _ other: Int) {
    exchanges.swapAt(one, other)
    exchanges[one].deadlinePlace = one
    exchanges[other].deadlinePlace = other
  }

  private func rise(_ start: Int) {
    var at = start
    while at > 0, case let parent = (at - 1) / 2, exchanges[parent].deadline > exchanges[at].deadline {
      exchangePlaces(at, parent)
      at = parent
    }
  }

  private func sink(_ start: Int) {
    var at = start
    while true {
      var least = at
      for child in [2 * at + 1, 2 * at + 2]
      where child < exchanges.count && exchanges[child].deadline < exchanges[least].deadline {
        least = child
      }
      if least == at { return }
      exchangePlaces(at, least)
      at = least
    }
  }
}
