public import Batch
import JSON
import Wire

/// The items of an audit, with what could not be read.
public struct ItemSet: Sendable {
  /// In the order of the files.
  public private(set) var items: [AuditItem] = []
  /// One sentence for each line that was left out, with its place.
  public private(set) var problems: [String] = []
  private var places: [String: String] = [:]

  /// None.
  public init() {}

  /// Adds an item; one whose id is there already is left out, and said to be.
  public mutating func add(_ item: AuditItem, from place: String) {
    if let first = places[item.id] {
      problems.append("\(place): duplicate id '\(item.id)', used first in \(first); left out")
    } else {
      places[item.id] = place
      items.append(item)
    }
  }

  /// Adds the lines of a JSONL file. A line that is no item is left out, and said to be.
  ///
  /// - Parameter mapping: where the fields of an item are in a record.
  ///   - ids: what ids of this file begin with, to keep those of several files apart.
  public mutating func add(
    file path: String, mapping: FieldMapping = FieldMapping(), maxLineBytes: Int = 16 << 20
  ) throws(FileError) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let media = MediaPaths(roots: [folder])
    var lines = try LineReader(path: path, limit: maxLineBytes)
    while let line = try lines.next() {
      let place = "\(path == "-" ? "stdin" : path):\(lines.lineNumber)"
      guard case .text(let bytes) = line else {
        problems.append("\(place): the line has more than \(maxLineBytes) bytes; left out")
        continue
      }
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      do throws(JSONError) { add(try Self.item(bytes, place, mapping, media), from: place) } catch {
        problems.append("\(place): \(error); left out")
      }
    }
  }

  private static func item(
    _ line: [UInt8], _ place: String, _ mapping: FieldMapping, _ media: MediaPaths
  ) throws(JSONError) -> AuditItem {
    let reader = JSONReader(try JSONParser.parse(line))
    let record = try reader.object()
    var fields = try mapping.pick(from: record)
    for name in AuditItem.fields { fields[name] = nil }
    switch fields["id"] {
    case nil, .null?: fields["id"] = .string(place)
    case .int(let number)?: fields["id"] = .string(String(number))
    default: break
    }
    return try AuditItem(media.resolve(try Item(JSONReader(.object(fields)))), beside: reader)
  }
}
