public import JSON

/// Intervals around calibrated scores that hold the human score as often as they say.
public struct Bands: Sendable, Hashable {
  /// The intervals of one group, or of all items.
  public struct Radius: Sendable, Hashable {
    /// Half of the interval's length; infinite where there were too few items to say, and the interval is the scale.
    public let radius: Double
    /// How many items it is from.
    public let items: Int
  }

  /// The share of items whose interval holds the human score, at least.
  public let level: Double
  /// Whether people's scores are on the steps of the scale, so that the ends of an interval can be moved inwards to them. The means of
  /// several people are not.
  public let isOnSteps: Bool
  /// Over all items.
  public let overall: Radius
  /// Of each group by itself; empty where the labels name no groups.
  public let groups: [String: Radius]

  /// From items that the scores were not fitted to, one row for each.
  init(
    _ data: PairedScores, groups names: [String], level: Double, on scale: HumanScale
  ) throws(CalibrationError) {
    self.level = level
    isOnSteps = scale.step != nil && data.human.allSatisfy { scale.problem(with: $0) == nil }
    overall = Radius(radius: try SplitConformal(data, level: level).radius, items: data.count)
    guard names.contains(where: { !$0.isEmpty }) else {
      groups = [:]
      return
    }
    var counts: [String: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    groups = try GroupedConformal(data, groups: names, level: level).groups.reduce(into: [:]) { radii, group in
      radii[group.key] = Radius(radius: group.value.radius, items: counts[group.key] ?? 0)
    }
  }

  /// The interval around a calibrated score: that of `group` where it is known, else that of all items.
  public func interval(around score: Double, on scale: HumanScale, group: String? = nil) -> ClosedRange<Double> {
    let radius = (group.flatMap { groups[$0] } ?? overall).radius
    let conformal = SplitConformal(radius: radius, level: level)
    let band =
      isOnSteps ? conformal.band(around: score, on: scale) : conformal.band(around: score, range: scale.range)
    return band.lower...band.upper
  }

  /// As in a calibration file; an infinite radius is null.
  public var json: JSONValue {
    var members = JSONObject([("level", .number(level)), ("on_steps", .bool(isOnSteps))])
    for member in Self.json(overall).object?.members ?? [] { members[member.key] = member.value }
    members["groups"] = .object(
      JSONObject(groups.sorted { $0.key < $1.key }.map { ($0.key, Self.json($0.value)) }))
    return .object(members)
  }

  private static func json(_ radius: Radius) -> JSONValue {
    ["radius": radius.radius.isFinite ? .number(radius.radius) : nil, "items": .int(Int64(radius.items))]
  }

  init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("level", "on_steps", "radius", "items", "groups")
    level = try reader.require("level").double(in: 0...1)
    isOnSteps = try reader.require("on_steps").bool()
    overall = try Self.radius(reader)
    let field = try reader.require("groups")
    var groups: [String: Radius] = [:]
    for member in try field.object().members {
      let group = JSONReader(member.value, path: field.path[member.key])
      try group.allowOnly("radius", "items")
      groups[member.key] = try Self.radius(group)
    }
    self.groups = groups
  }

  private static func radius(_ reader: JSONReader) throws(JSONError) -> Radius {
    let radius = try reader["radius"].map { (field) throws(JSONError) in
      try field.double(in: 0...Double.greatestFiniteMagnitude)
    }
    return Radius(radius: radius ?? .infinity, items: try reader.require("items").int(in: 0...Int.max))
  }
}
