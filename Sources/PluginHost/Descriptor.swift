internal import CCupelPlugin
import Glibc
internal import PluginBridge

/// A plugin's descriptor after all checks: required members are there.
struct Descriptor {
  let id: String
  let version: String
  let summary: String
  /// Major and minor of the headers it was built with.
  let abi: String
  let start: @convention(c) (UnsafePointer<cupel_host>, OpaquePointer) -> cupel_status
  let capability: @convention(c) (UnsafePointer<CChar>) -> UnsafeRawPointer?
}

/// Opens a library and checks its descriptor, in the order in which each member may be believed: version and size first.
struct DescriptorReader {
  let path: String

  func open() throws(PluginFailure) -> Descriptor {
    _ = dlerror()
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
      throw refuse("cannot be loaded: \(loaderMessage())")
    }
    guard let symbol = dlsym(handle, CUPEL_PLUGIN_ENTRY) else { throw refuse(LoadedPlugin.noEntry) }
    typealias Entry = @convention(c) (UInt32) -> UnsafePointer<cupel_plugin>?
    let entry = unsafeBitCast(symbol, to: Entry.self)
    guard let pointer = entry(UInt32(CUPEL_ABI_MAJOR) << 16 | UInt32(CUPEL_ABI_MINOR)) else {
      throw refuse("its \(CUPEL_PLUGIN_ENTRY) returned NULL; it must return the descriptor whatever the host's version")
    }
    return try read(pointer)
  }

  private func read(_ pointer: UnsafePointer<cupel_plugin>) throws(PluginFailure) -> Descriptor {
    let raw = UnsafeRawPointer(pointer)
    let size = raw.load(as: UInt32.self)
    guard size >= 8 else { throw tooShort(size) }
    let major = raw.load(fromByteOffset: 4, as: UInt16.self), minor = raw.load(fromByteOffset: 6, as: UInt16.self)
    guard Int(major) == CUPEL_ABI_MAJOR else {
      throw refuse(
        "was built for ABI \(major).\(minor); this host takes \(CUPEL_ABI_MAJOR).x: "
          + "build it with this host's headers, or use \(Int(major) > CUPEL_ABI_MAJOR ? "a newer" : "an older") Cupel")
    }
    guard size >= cupel_plugin.minimumSize else { throw tooShort(size) }
    let plugin = cupel_plugin.read(pointer) { $0.pointee }
    guard let start = plugin.start else { throw missing("start") }
    guard let capability = plugin.capability else { throw missing("capability") }
    return Descriptor(
      id: try identifier(plugin.id), version: try text(plugin.version, "version"),
      summary: plugin.summary == nil ? "" : try text(plugin.summary, "summary", atLeast: 0), abi: "\(major).\(minor)",
      start: start, capability: capability)
  }

  private func identifier(_ pointer: UnsafePointer<CChar>?) throws(PluginFailure) -> String {
    let id = try text(pointer, "id")
    guard id.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }) else {
      throw refuse("its id '\(id)' is not valid; accepted: lower-case letters, digits and '-'")
    }
    return id
  }

  private func text(
    _ pointer: UnsafePointer<CChar>?, _ name: String, atLeast least: Int = 1
  ) throws(PluginFailure) -> String {
    guard let pointer else { throw missing(name) }
    let length = strnlen(pointer, 1025)
    let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer), count: length)
    guard length >= least, length <= 1024, let text = String(validating: bytes, as: UTF8.self) else {
      throw refuse("its '\(name)' is not a text; accepted: \(least) to 1024 bytes of UTF-8")
    }
    return text
  }

  private func missing(_ name: String) -> PluginFailure { refuse("its descriptor lacks '\(name)', which is required") }

  private func tooShort(_ size: UInt32) -> PluginFailure {
    refuse(
      "its descriptor is too short: it states \(size) bytes, at least \(cupel_plugin.minimumSize) are needed; set "
        + "struct_size to sizeof, or build it with the headers of ABI \(CUPEL_ABI_MAJOR).\(CUPEL_ABI_MINOR)")
  }

  /// What the loader says, without the path that it repeats.
  private func loaderMessage() -> String {
    let message = dlerror().map { String(cString: $0) } ?? "the loader does not say why"
    return message.hasPrefix(path + ": ") ? String(message.dropFirst(path.count + 2)) : message
  }

  private func refuse(_ message: String) -> PluginFailure { PluginFailure(file: path, message) }
}
