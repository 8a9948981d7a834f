import Documents
import JSON
import Wire

extension Prices {
  /// Reads `prices:` of a judge; nil, with what is wrong in `findings`, when it is not in order.
  init?(_ reader: JSONReader, _ findings: inout Findings) {
    let before = findings.errors.count
    findings.refuseUnknown(in: reader, accepted: ["currency", "per_million", "per_request"])
    let currency = findings.attempt { () throws(JSONError) in try Self.currency(reader.require("currency")) }
    let request = Self.price(reader, "per_request", perMillion: false, &findings)
    let tokens = reader["per_million"]
    var price: [String: Money] = [:]
    if let tokens {
      findings.refuseUnknown(in: tokens, accepted: Self.kinds)
      for kind in Self.kinds { price[kind] = Self.price(tokens, kind, perMillion: true, &findings) }
      for kind in ["prompt", "completion"] where tokens[kind] == nil {
        findings.add(tokens.error("'\(kind)' is missing; say 0 for tokens that are free"))
      }
    } else if request == nil, findings.errors.count == before {
      findings.add(reader.error("says no price; give per_million, per_request, or both"))
    }
    guard findings.errors.count == before, let currency else { return nil }
    self.init(
      currency: currency, prompt: price["prompt"] ?? .zero, cached: price["cached"],
      completion: price["completion"] ?? .zero, reasoning: price["reasoning"], request: request ?? .zero)
  }

  private static let kinds = ["prompt", "cached", "completion", "reasoning"]

  private static func currency(_ field: JSONReader) throws(JSONError) -> String {
    let text = try field.string()
    guard !text.isEmpty, text.utf8.count <= 32, !text.contains(where: { $0.isWhitespace || $0.isNewline }) else {
      throw field.error("expected a currency such as \"USD\", without spaces")
    }
    return text
  }

  /// The price of one token, or of one request.
  private static func price(
    _ reader: JSONReader, _ key: String, perMillion: Bool, _ findings: inout Findings
  ) -> Money? {
    findings.optional(reader, key) { (field) throws(JSONError) in
      let number = try field.double()
      // Read again from the digits: the shortest text that gives the number back is what was written.
      let text = field.value.int.map(String.init) ?? number.description
      guard number >= 0, number <= 1_000_000 else {
        throw field.error("\(text) is out of range; accepted: 0 to 1000000")
      }
      guard let money = Money(decimal: text), let price = perMillion ? money.dividedByMillion : money else {
        throw field.error("\(text) is finer than Cupel counts; accepted: at most \(perMillion ? 6 : 12) decimals")
      }
      return price
    }
  }
}
