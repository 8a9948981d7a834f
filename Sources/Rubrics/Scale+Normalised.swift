import JSON

extension Scale {
  /// The scale as a file would say it in full, for digests.
  var normalised: JSONValue {
    var object = JSONObject()
    switch kind {
    case .number(let minimum, let maximum, let step):
      object["min"] = Self.number(minimum)
      object["max"] = Self.number(maximum)
      object["step"] = step.map(Self.number) ?? "any"
    case .labels(let labels):
      object["labels"] = .object(JSONObject(labels.map { ($0.text, Self.number($0.value)) }))
    case .unbounded(let floor):
      object["unbounded"] = true
      object["floor"] = floor.map(Self.number)
    }
    object["anchors"] = .object(JSONObject(anchors.map { (answer(for: $0.value), .string($0.meaning)) }))
    return .object(object)
  }
}

extension JSONValue {
  /// The same value with whole numbers as integers, so that `1` and `1.0` give one digest.
  var withWholeNumbers: JSONValue {
    switch self {
    case .number(let number): Scale.number(number)
    case .array(let values): .array(values.map(\.withWholeNumbers))
    case .object(let object): .object(JSONObject(object.members.map { ($0.key, $0.value.withWholeNumbers) }))
    default: self
    }
  }
}
