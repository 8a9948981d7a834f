internal import Glibc

/// What the system says of the process, under the names that Prometheus' own clients give it.
struct ProcessStatistics: Sendable, Hashable {
  var cpuSeconds: Double?
  var residentBytes: Int?
  var virtualBytes: Int?
  /// Since the epoch.
  var startSeconds: Double?
  var openDescriptors: Int?
  var maxDescriptors: Int?

  /// Of this process, now; what cannot be read is nil.
  static func now() -> ProcessStatistics {
    var found = ProcessStatistics()
    if let stat = SmallFile.text("/proc/self/stat") {
      found.read(
        stat: stat, boot: SmallFile.text("/proc/stat").flatMap(bootTime), ticks: sysconf(Int32(_SC_CLK_TCK)),
        pageBytes: sysconf(Int32(_SC_PAGESIZE)))
    }
    found.openDescriptors = openFiles()
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      found.maxDescriptors = Int(clamping: limit.rlim_cur)
    }
    return found
  }

  /// Reads `/proc/PID/stat` (proc(5)). The name of the program stands in parentheses and may hold anything, parentheses and blanks
  /// included: fields are counted from the last one.
  mutating func read(stat: String, boot: Int?, ticks: Int, pageBytes: Int) {
    guard let end = stat.lastIndex(of: ")"), ticks > 0 else { return }
    let fields = stat[end...].dropFirst().split { $0 == " " || $0 == "\n" }.map { Int($0) }
    // The first of these is field 3 of the manual's count.
    func field(_ number: Int) -> Int? { fields.indices.contains(number - 3) ? fields[number - 3] : nil }
    if let user = field(14), let system = field(15) { cpuSeconds = Double(user + system) / Double(ticks) }
    if let boot, let start = field(22) { startSeconds = Double(boot) + Double(start) / Double(ticks) }
    virtualBytes = field(23)
    residentBytes = field(24).map { $0 * pageBytes }
  }

  /// `btime` of `/proc/stat`: when the system was started, in seconds since the epoch.
  static func bootTime(_ stat: String) -> Int? {
    let line = stat.split(separator: "\n").first { $0.hasPrefix("btime ") }
    return line.flatMap { Int($0.dropFirst("btime ".count)) }
  }

  private static func openFiles() -> Int? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // Neither "." and ".." nor the one that is read with.
    return count - 3
  }

  /// Writes what is known.
  func write(to text: inout Exposition) {
    func family(_ name: String, _ kind: Exposition.Kind, _ help: String, _ value: Double?) {
      text.family(name, kind, help)
      if let value { text.add(value) }
    }
    family("process_cpu_seconds_total", .counter, "Processor time, of the user and of the system.", cpuSeconds)
    family("process_resident_memory_bytes", .gauge, "Memory that is in use.", residentBytes.map { Double($0) })
    family("process_virtual_memory_bytes", .gauge, "Memory that is reserved.", virtualBytes.map { Double($0) })
    family("process_start_time_seconds", .gauge, "When the process was started, since the epoch.", startSeconds)
    family("process_open_fds", .gauge, "File descriptors that are open.", openDescriptors.map { Double($0) })
    family("process_max_fds", .gauge, "File descriptors that may be open.", maxDescriptors.map { Double($0) })
  }
}

/// Files of the system that are read in one piece.
enum SmallFile {
  /// The text of a file of up to 1 MiB; nil where it cannot be read.
  static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 16 << 10)
    while bytes.count < 1 << 20 {
      let count = read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      bytes += block[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
