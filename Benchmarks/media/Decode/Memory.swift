import Foundation

/// The most that this process and its children had in memory, as Linux counts it. What they share counts for each.
enum Memory {
  static func peakKilobytes() -> Int {
    let own = getpid()
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.compactMap { pid_t($0) }.reduce(0) { sum, process in
      guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return sum }
      let isOurs = process == own || number("PPid", in: status) == Int(own)
      return sum + (isOurs ? number("VmHWM", in: status) ?? 0 : 0)
    }
  }

  private static func number(_ name: String, in status: String) -> Int? {
    let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }
}
