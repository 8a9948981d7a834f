import Glibc
import JSON
import Testing

@testable import Calibration

/// One row of a table that generate.py wrote.
struct Row {
  let measure: String
  /// The data that the row names; empty where it names none.
  let data: JSONReader
  let options: JSONReader
  let expected: [Double?]
  let tolerance: Double
  let isRelative: Bool
  let label: String

  func close(_ got: Double?, _ wanted: Double?) -> Bool {
    guard let got, let wanted else { return got == nil && wanted == nil }
    return abs(got - wanted) <= tolerance * (isRelative ? abs(wanted) : max(1, abs(wanted)))
  }
}

extension JSONReader {
  func doubles() throws -> [Double] { try array().map { try $0.double() } }
  func doubles(_ key: String) throws -> [Double] { try require(key).doubles() }
  func double(_ key: String) throws -> Double { try require(key).double() }
  func int(_ key: String) throws -> Int { try require(key).int() }
  func text(_ key: String) throws -> String { try require(key).string() }
}

/// Compares every row of a family with what `evaluate` makes of it: nil is an undefined measure.
func compare(_ family: String, atLeast rows: Int, _ evaluate: (Row) throws -> [Double?]) throws {
  let path = String(#filePath.dropLast("Support.swift".count)) + "Fixtures/\(family).json"
  let root = JSONReader(try JSONParser.parse(try read(path)))
  let table = try root.require("rows").array()
  #expect(table.count >= rows)
  for (number, reader) in table.enumerated() {
    let name = try reader.text("data")
    let measure = try reader.text("measure")
    let options = reader["options"] ?? JSONReader([:])
    let row = Row(
      measure: measure, data: name.isEmpty ? JSONReader([:]) : try root.require("data").require(name), options: options,
      expected: (reader.value["expected"]?.array ?? [reader.value["expected"] ?? nil]).map(\.double),
      tolerance: try reader.double("tolerance"), isRelative: try reader["relative"]?.bool() ?? false,
      label: "\(family)[\(number)] \(measure) of \(name), \(try JSONWriter.compact(options.value))")
    let got = try evaluate(row)
    #expect(got.count == row.expected.count, "\(row.label)")
    for (got, wanted) in zip(got, row.expected) {
      let isClose = row.close(got, wanted)
      #expect(isClose, "\(row.label): got \(String(describing: got)), not \(String(describing: wanted))")
    }
  }
}

private func read(_ path: String) throws -> [UInt8] {
  let file = try #require(fopen(path, "r"))
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
  return bytes
}

/// A table has a measure that the test does not know.
struct UnknownMeasure: Error { let name: String }
