import JSON
import Testing

@testable import Documents

/// The lines of a table under Fixtures.
func table(_ name: String) throws -> [JSONValue] {
  let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
  let bytes = try File.read("/\(folder)/Fixtures/\(name)", limits: DocumentLimits())
  return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONParser.parse(Array($0)) }
}
