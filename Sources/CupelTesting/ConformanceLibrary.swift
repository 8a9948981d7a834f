internal import CCupelPlugin
import PluginHost

/// The checks of the library and its descriptor.
let libraryChecks: [ConformanceCheck] = [
  ConformanceCheck(
    name: "file", prose: "The file is a whole shared library for this machine."
  ) { subject throws(ConformanceCheck.End) in
    _ = try exportedSymbols(of: subject)
  },
  ConformanceCheck(
    name: "exports", prose: "The library shows one symbol, cupel_plugin_entry, and nothing else."
  ) { subject throws(ConformanceCheck.End) in
    guard let symbols = try exportedSymbols(of: subject) else {
      throw .skipped("the file has no section headers to find its symbols by")
    }
    try ConformanceCheck.require(
      symbols.contains(CUPEL_PLUGIN_ENTRY), "cupel_plugin_entry is not exported; give it CUPEL_EXPORT")
    let others = symbols.filter { $0 != CUPEL_PLUGIN_ENTRY }
    try ConformanceCheck.require(
      others.isEmpty,
      "\(others.prefix(5).joined(separator: ", "))\(others.count > 5 ? " and \(others.count - 5) more" : "") "
        + "can be seen from outside; build with -fvisibility=hidden or a version script")
  },
  ConformanceCheck(
    name: "loads",
    prose: "It can be loaded, its descriptor and tables are complete, and start succeeds."
  ) { subject throws(ConformanceCheck.End) in
    _ = try subject.plugin()
  },
  ConformanceCheck(
    name: "capability-ids", prose: "An unknown capability id gives NULL, a known one the same table every time."
  ) { subject throws(ConformanceCheck.End) in
    let plugin = try subject.plugin()
    for id in ["", "cupel", "cupel.judge", "cupel.judge/", "cupel.judge/99", "cupel.nonsense/1", "CUPEL.JUDGE/1"] {
      try ConformanceCheck.require(plugin.capability(id) == nil, "capability(\"\(id)\") is not NULL")
    }
    for id in plugin.info.capabilities {
      try ConformanceCheck.require(
        plugin.capability(id) == plugin.capability(id), "capability(\"\(id)\") gives another table the second time")
    }
  },
]

private func exportedSymbols(of subject: ConformanceSubject) throws(ConformanceCheck.End) -> [String]? {
  do {
    return try ELFFile(path: subject.file).exportedSymbols()
  } catch {
    throw .failed(error.message)
  }
}
