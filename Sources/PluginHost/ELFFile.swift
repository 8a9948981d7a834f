import Glibc

/// The headers of a shared library, read as a file.
///
/// The loader maps a library before it looks whether the file holds what its headers promise, and a truncated one kills the
/// process with SIGBUS inside `dlopen`. So the bounds are checked here first.
package struct ELFFile: Sendable {
  /// What is wrong with a file, without its name.
  package struct Fault: Error, Hashable { package let message: String }

  private struct Section {
    let type: UInt32
    let offset: UInt64
    let size: UInt64
    let link: UInt32
    let entrySize: UInt64
  }

  private let file: FileBytes
  private let sections: [Section]

  /// Reads and checks the headers of the file at `path`.
  package init(path: String) throws(Fault) {
    file = try FileBytes(path: path)
    let header = try file.read(at: 0, count: 64, "its header")
    guard header.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
      throw Fault(message: "is not a shared library; build it with cc -shared -fPIC (docs/abi.md)")
    }
    guard header[4] == 2, header[5] == 1 else { throw Fault(message: "is not a 64-bit little-endian shared library") }
    guard header.integer(at: 16, UInt16.self) == 3 else {
      throw Fault(message: "is an ELF file, but not a shared library; link it with -shared")
    }
    let machine = header.integer(at: 18, UInt16.self)
    guard machine == Self.hostMachine else {
      throw Fault(
        message:
          "was built for \(Self.name(ofMachine: machine)); this host runs \(Self.name(ofMachine: Self.hostMachine))")
    }
    try Self.checkSegments(header, file)
    sections = try Self.readSections(header, file)
  }

  /// The names of the functions and variables that other libraries can see, sorted; nil where the file has no section headers
  /// to find them by.
  package func exportedSymbols() throws(Fault) -> [String]? {
    guard let symbols = sections.first(where: { $0.type == 11 }), Int(symbols.link) < sections.count else { return nil }
    guard symbols.entrySize == 24, symbols.size <= 256 << 20 else { throw Fault(message: "has a broken symbol table") }
    let strings = sections[Int(symbols.link)]
    guard strings.size <= 256 << 20 else { throw Fault(message: "has a broken symbol table") }
    let table = try file.read(at: symbols.offset, count: symbols.size, "its symbol table")
    let names = try file.read(at: strings.offset, count: strings.size, "its symbol names")
    var exported: [String] = []
    for at in stride(from: 0, to: table.count - table.count % 24, by: 24) {
      let binding = table[at + 4] >> 4
      let isDefined = table.integer(at: at + 6, UInt16.self) != 0
      let visibility = table[at + 5] & 3
      guard binding == 1 || binding == 2 || binding == 10, isDefined, visibility == 0 || visibility == 3 else {
        continue
      }
      let name = names.dropFirst(Int(table.integer(at: at, UInt32.self))).prefix { $0 != 0 }
      if !name.isEmpty { exported.append(String(decoding: name, as: UTF8.self)) }
    }
    return exported.sorted()
  }

  /// Every segment must lie inside the file.
  private static func checkSegments(_ header: [UInt8], _ file: FileBytes) throws(Fault) {
    let count = UInt64(header.integer(at: 56, UInt16.self))
    guard count > 0, header.integer(at: 54, UInt16.self) == 56 else {
      throw Fault(message: "has no program headers a loader could use")
    }
    let table = try file.read(at: header.integer(at: 32, UInt64.self), count: count * 56, "its program headers")
    for at in stride(from: 0, to: table.count, by: 56) {
      let type = table.integer(at: at, UInt32.self)
      guard type == 1 || type == 2 else { continue }
      try file.check(
        table.integer(at: at + 8, UInt64.self), table.integer(at: at + 32, UInt64.self),
        type == 1 ? "a loadable segment" : "its dynamic segment")
    }
  }

  private static func readSections(_ header: [UInt8], _ file: FileBytes) throws(Fault) -> [Section] {
    let count = UInt64(header.integer(at: 60, UInt16.self))
    guard count > 0 else { return [] }
    guard header.integer(at: 58, UInt16.self) == 64 else { throw Fault(message: "has section headers of a wrong size") }
    let table = try file.read(at: header.integer(at: 40, UInt64.self), count: count * 64, "its section headers")
    return stride(from: 0, to: table.count, by: 64).map { at in
      Section(
        type: table.integer(at: at + 4, UInt32.self), offset: table.integer(at: at + 24, UInt64.self),
        size: table.integer(at: at + 32, UInt64.self), link: table.integer(at: at + 40, UInt32.self),
        entrySize: table.integer(at: at + 56, UInt64.self))
    }
  }

  #if arch(x86_64)
    private static let hostMachine: UInt16 = 62
  #elseif arch(arm64)
    private static let hostMachine: UInt16 = 183
  #endif

  private static func name(ofMachine machine: UInt16) -> String {
    switch machine {
    case 3: "32-bit x86"
    case 40: "32-bit ARM"
    case 62: "x86-64"
    case 183: "AArch64"
    case 243: "RISC-V"
    default: "machine type \(machine)"
    }
  }
}

/// A regular file that is read in pieces, never mapped: what another process cuts off cannot hurt.
private struct FileBytes: Sendable {
  let path: String
  let size: UInt64

  init(path: String) throws(ELFFile.Fault) {
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.unreadable(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ELFFile.Fault(message: "is not a regular file") }
    size = UInt64(status.st_size)
  }

  func check(_ offset: UInt64, _ count: UInt64, _ what: String) throws(ELFFile.Fault) {
    let (end, overflow) = offset.addingReportingOverflow(count)
    guard !overflow, end <= size else {
      let needed = overflow ? "more than any file can have" : "\(end)"
      throw ELFFile.Fault(
        message: "is truncated or damaged: \(what) needs \(needed) bytes, the file has \(size); build or copy it again")
    }
  }

  func read(at offset: UInt64, count: UInt64, _ what: String) throws(ELFFile.Fault) -> [UInt8] {
    if offset == 0, size < 64 {
      throw ELFFile.Fault(message: "is not a shared library; build it with cc -shared -fPIC (docs/abi.md)")
    }
    try check(offset, count, what)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.unreadable(errno) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Int(count))
    let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
    guard got == Int(count) else { throw Self.unreadable(got < 0 ? errno : EIO) }
    return bytes
  }

  private static func unreadable(_ code: Int32) -> ELFFile.Fault {
    ELFFile.Fault(message: "cannot be read: \(String(cString: strerror(code)))")
  }
}

extension [UInt8] {
  /// A little-endian integer; the caller has checked the bounds.
  fileprivate func integer<Value: FixedWidthInteger>(at offset: Int, _ type: Value.Type) -> Value {
    withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self)) }
  }
}
