/// Which judgment of an audit this is.
struct AuditKey: Sendable, Hashable {
  /// The item's id.
  let item: String
  /// `injection.naive-request`, or `clean`.
  let perturbation: String
  /// Empty where there is one only.
  let variant: String

  static let clean = "clean"

  /// The clean item on `road`.
  static func clean(_ item: String, _ road: Road) -> AuditKey {
    AuditKey(item: item, perturbation: clean, variant: road.name)
  }

  /// The same of another item.
  func of(_ item: String) -> AuditKey { AuditKey(item: item, perturbation: perturbation, variant: variant) }

  /// The id under which it is judged: no two judgments of an audit share one, so that a recording of an audit can be replayed.
  var judged: String { "\(item)#\(perturbation)" + (variant.isEmpty ? "" : "/\(variant)") }
}
