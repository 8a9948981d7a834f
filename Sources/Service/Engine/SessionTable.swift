import Configuration

/// Sessions by what they were asked for: as many as are likely to be asked for again.
struct SessionTable {
  private var sessions = LinkedStore<Session>()
  /// The longest unused first.
  private var byUse = LinkedStore<Session>.List()
  private var places: [Terms: Int] = [:]

  /// A loop that sends a new seed with each step needs a new session each time, and never an old one again.
  private static let most = 256

  /// The session on these terms.
  mutating func find(_ terms: Terms) -> Session? {
    guard let place = places[terms] else { return nil }
    sessions.moveToEnd(place, of: &byUse)
    return sessions[place]
  }

  /// Keeps a session, unless another was faster: that one is given then.
  mutating func keep(_ session: Session) -> Session {
    if let other = find(session.terms) { return other }
    places[session.terms] = sessions.append(session, to: &byUse)
    if sessions.count > Self.most, let oldest = sessions.first(of: byUse) {
      places[sessions.remove(oldest, from: &byUse).terms] = nil
    }
    return session
  }
}
