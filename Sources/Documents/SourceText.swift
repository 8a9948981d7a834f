/// The text of a file before it is parsed.
enum SourceText {
  /// The bytes as text: within the size limit, UTF-8, without NUL, without a byte order mark.
  static func check(_ bytes: [UInt8], name: String, limits: DocumentLimits) throws(DocumentError) -> String {
    guard bytes.count <= limits.bytes else { throw tooLarge(bytes.count, name: name, limits: limits) }
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if let nul = bytes.firstIndex(of: 0) {
      let (line, column) = place(in: bytes[start..<nul])
      throw DocumentError(file: name, line: line, column: column, "a NUL character; text must be UTF-8")
    }
    guard let text = String(validating: bytes[start...], as: UTF8.self) else {
      let (line, column) = place(in: validPrefix(bytes[start...]))
      throw DocumentError(file: name, line: line, column: column, "text must be UTF-8; these bytes are not")
    }
    return text
  }

  static func tooLarge(_ size: Int, name: String, limits: DocumentLimits) -> DocumentError {
    DocumentError(file: name, "has \(size) bytes; at most \(limits.bytes) are read (limit 'bytes')")
  }

  /// Line and column of the character after `bytes`, from 1; the column counts Unicode scalars.
  static func place(in bytes: ArraySlice<UInt8>) -> (line: Int, column: Int) {
    let newline = UInt8(ascii: "\n")
    let line = bytes.count(where: { $0 == newline }) + 1
    let lastLine = bytes.lastIndex(of: newline).map { bytes[($0 + 1)...] } ?? bytes
    return (line, lastLine.count(where: { $0 & 0xC0 != 0x80 }) + 1)
  }

  private static func validPrefix(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var length = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { length += UTF8.width(scalar) }
    return bytes.prefix(length)
  }
}
