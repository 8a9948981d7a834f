import JSON
import Media

/// What is known of a file, as the ABI passes it: a JSON object of texts.
enum FactsText {
  static func write(_ facts: [Media.Fact]) -> String {
    let members = facts.map { ($0.key, JSONValue.string($0.value)) }
    // Texts can always be written.
    return (try? JSONWriter.compact(.object(JSONObject(members)))) ?? "{}"
  }

  static func read(_ text: some Sequence<UInt8>) throws(JSONError) -> [Media.Fact] {
    let reader = JSONReader(try JSONParser.parse(Array(text)))
    var facts: [Media.Fact] = []
    for member in try reader.object().members {
      facts.append(Media.Fact(key: member.key, value: try JSONReader(member.value).string()))
    }
    return facts
  }
}
