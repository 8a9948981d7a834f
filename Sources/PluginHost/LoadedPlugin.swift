package import CCupelPlugin
import Glibc
import PluginBridge
import Synchronization

/// A plugin in this process. Never unloaded: the runtime keeps pointers into every Swift library, and a call may be under way
/// on any thread.
package final class LoadedPlugin: @unchecked Sendable {
  // @unchecked: the tables are the plugin's static data, and copies of them; nobody writes them after init.
  package let info: PluginInfo
  package let judge: UnsafePointer<cupel_judge>?
  package let logprobs: UnsafePointer<cupel_judge_logprobs>?
  package let probe: UnsafePointer<cupel_judge_probe>?
  package let decoder: UnsafePointer<cupel_decoder>?
  private let descriptor: Descriptor

  /// Libraries by file identity: a second host in the same process shares what is loaded, and `start` is called once.
  private static let loaded = Mutex<[FileIdentity: Result<LoadedPlugin, PluginFailure>]>([:])

  /// Loads the library at an absolute path: file checks, `dlopen`, descriptor checks, `start`, capability checks.
  package static func load(_ path: String) throws(PluginFailure) -> LoadedPlugin {
    do throws(ELFFile.Fault) {
      let elf = try ELFFile(path: path)
      if let symbols = try elf.exportedSymbols(), !symbols.contains(CUPEL_PLUGIN_ENTRY) {
        throw ELFFile.Fault(message: Self.noEntry)
      }
    } catch {
      throw PluginFailure(file: path, error.message)
    }
    guard let identity = FileIdentity(path) else { throw PluginFailure(file: path, "cannot be read") }
    return try loaded.withLock { loaded in
      if let known = loaded[identity] { return known }
      let result = Result { () throws(PluginFailure) in try LoadedPlugin(opening: path) }
      loaded[identity] = result
      return result
    }.get()
  }

  private init(opening path: String) throws(PluginFailure) {
    func refuse(_ message: String) -> PluginFailure { PluginFailure(file: path, message) }

    let descriptor = try DescriptorReader(path: path).open()
    try Self.start(descriptor, path).get()
    self.descriptor = descriptor
    judge = try Self.capability(CUPEL_JUDGE, of: descriptor, path) { (table: cupel_judge) in
      [
        ("open", table.open == nil), ("describe", table.describe == nil), ("submit", table.submit == nil),
        ("close", table.close == nil),
      ]
    }
    logprobs = try Self.capability(CUPEL_JUDGE_LOGPROBS, of: descriptor, path) { (table: cupel_judge_logprobs) in
      [("max_top", table.max_top == nil)]
    }
    probe = try Self.capability(CUPEL_JUDGE_PROBE, of: descriptor, path) { (table: cupel_judge_probe) in
      [("probe", table.probe == nil)]
    }
    decoder = try Self.capability(CUPEL_DECODER, of: descriptor, path) { (table: cupel_decoder) in
      [("probe", table.probe == nil), ("decode", table.decode == nil)]
    }
    let capabilities = [
      decoder.map { _ in CUPEL_DECODER }, judge.map { _ in CUPEL_JUDGE }, logprobs.map { _ in CUPEL_JUDGE_LOGPROBS },
      probe.map { _ in CUPEL_JUDGE_PROBE },
    ].compactMap { $0 }
    guard decoder != nil || judge != nil else {
      throw refuse("offers nothing this host knows; accepted capabilities: \(CUPEL_DECODER), \(CUPEL_JUDGE)")
    }
    info = PluginInfo(
      id: descriptor.id, version: descriptor.version, summary: descriptor.summary, file: path,
      abi: descriptor.abi, capabilities: capabilities)
  }

  /// What the plugin itself answers for a capability id.
  package func capability(_ id: String) -> UnsafeRawPointer? { id.withCString(descriptor.capability) }

  private static func start(_ descriptor: Descriptor, _ path: String) -> Result<Void, PluginFailure> {
    let errors = ErrorBox()
    guard descriptor.start(HostFunctions.table, errors.pointer) == Status.ok.rawValue else {
      return .failure(PluginFailure(file: path, "its start failed: \(errors.take()?.message ?? "it does not say why")"))
    }
    return .success(())
  }

  /// The table of a capability as this build knows it, or nil where the plugin has none; refused where a required function is
  /// missing. `slots` lists the required functions and whether each is NULL.
  private static func capability<Table: SizedStruct>(
    _ id: String, of descriptor: Descriptor, _ path: String, slots: (Table) -> [(name: String, isMissing: Bool)]
  ) throws(PluginFailure) -> UnsafePointer<Table>? {
    guard let raw = id.withCString(descriptor.capability) else { return nil }
    let table = raw.assumingMemoryBound(to: Table.self)
    let stated = raw.load(as: UInt32.self)
    guard stated >= Table.minimumSize else {
      throw PluginFailure(
        file: path,
        "its \(id) table is too short: it states \(stated) bytes, at least \(Table.minimumSize) are needed; set "
          + "struct_size to sizeof, or build it with the headers of ABI \(CUPEL_ABI_MAJOR).\(CUPEL_ABI_MINOR)")
    }
    let whole = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    Table.read(table) { whole.initialize(to: $0.pointee) }
    if let missing = slots(whole.pointee).first(where: \.isMissing) {
      throw PluginFailure(file: path, "its \(id) table lacks '\(missing.name)', which is required")
    }
    return UnsafePointer(whole)
  }

  static let noEntry = "is a shared library, but not a Cupel plugin: it does not export \(CUPEL_PLUGIN_ENTRY)"
}

/// What a plugin says of itself, for `cupel plugin list`.
public struct PluginInfo: Sendable, Hashable {
  /// Unique among the plugins of a host.
  public let id: String
  /// Part of every judgment's provenance.
  public let version: String
  /// One line; empty where the plugin has none.
  public let summary: String
  /// The absolute path of the library.
  public let file: String
  /// The version of the ABI it was built with: "1.0".
  public let abi: String
  /// What it can do, as far as this host knows: `cupel.judge/1`.
  public let capabilities: [String]
}

/// Which file a path leads to, whatever it is called.
private struct FileIdentity: Hashable {
  let device: UInt64
  let inode: UInt64
  let size: Int
  let changed: Int

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    changed = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
  }
}
