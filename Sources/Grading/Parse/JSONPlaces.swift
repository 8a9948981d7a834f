import JSON

/// Where the values of a JSON text stand. The text has been parsed before, so that nothing is checked here.
struct JSONPlaces {
  private let text: Substring
  private var bytes: Substring.UTF8View { text.utf8 }

  init(_ text: Substring) { self.text = text }

  /// The whole text.
  var all: Range<String.Index> { text.startIndex..<text.endIndex }

  /// The members of the object at `range`: each value from the `:` before it, exclusive, to its end.
  func members(of range: Range<String.Index>) -> [String: Range<String.Index>] {
    var found: [String: Range<String.Index>] = [:]
    for child in children(of: range) {
      // A key may be written with escapes.
      guard let key = child.key.flatMap({ try? JSONParser.parse("[\($0)]").array?.first?.string }) else { continue }
      found[key] = child.range
    }
    return found
  }

  /// The elements of the array at `range`: each from the `[` or `,` before it, exclusive, to its end.
  func elements(of range: Range<String.Index>) -> [Range<String.Index>] {
    children(of: range).filter { $0.key == nil }.map(\.range)
  }

  private struct Child {
    /// As it is written, quotes included; nil in an array.
    let key: Substring?
    let range: Range<String.Index>
  }

  private func children(of range: Range<String.Index>) -> [Child] {
    var at = skippingSpace(range.lowerBound)
    let isObject = bytes[at] == UInt8(ascii: "{")
    guard isObject || bytes[at] == UInt8(ascii: "[") else { return [] }
    var found: [Child] = []
    repeat {
      var start = bytes.index(after: at)
      var key: Substring?
      let first = skippingSpace(start)
      if bytes[first] == UInt8(ascii: "}") || bytes[first] == UInt8(ascii: "]") { break }
      if isObject {
        let end = end(of: first)
        key = text[first..<end]
        start = bytes.index(after: skippingSpace(end))
      }
      let end = end(of: skippingSpace(start))
      found.append(Child(key: key, range: start..<end))
      at = skippingSpace(end)
    } while bytes[at] == UInt8(ascii: ",")
    return found
  }

  private func skippingSpace(_ start: String.Index) -> String.Index {
    bytes[start...].firstIndex { $0 > 0x20 } ?? text.endIndex
  }

  /// Where the value that begins at `start` ends.
  private func end(of start: String.Index) -> String.Index {
    var depth = 0
    var isInString = false
    var isEscaped = false
    for at in bytes[start...].indices {
      let byte = bytes[at]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
          if depth == 0 { return bytes.index(after: at) }
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return at }
        depth -= 1
        if depth == 0 { return bytes.index(after: at) }
      case UInt8(ascii: ","), 0x00...0x20:
        if depth == 0 { return at }
      default: break
      }
    }
    return text.endIndex
  }
}
