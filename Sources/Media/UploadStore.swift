import Synchronization
import Wire

/// Files that clients sent ahead of the requests that use them, in memory, by the digest of their bytes.
///
/// Each is its owner's: who did not send a file itself cannot tell that it is here. The same bytes are kept once, and count in full
/// for everybody who sent them. Where there is no room, the longest unused files of the owner make way, or those of the owner
/// that holds the most: nobody can push out the files of one who holds less.
public final class UploadStore: Sendable {
  /// How much is kept.
  public struct Limits: Sendable, Hashable {
    /// Of all owners together, in bytes.
    public var maxBytes = 1 << 30
    /// Of one owner, in bytes.
    public var maxBytesPerOwner = 1 << 28

    /// The defaults.
    public init() {}
  }

  fileprivate struct Owner {
    var bytes = 0
    /// When each file was last used.
    var uses: [String: UInt64] = [:]
    /// Files by their last use, the oldest first; what was used again since counts no more.
    var line: [(digest: String, use: UInt64)] = []
    var next = 0
  }

  fileprivate struct State {
    var limits: Limits
    var files: [String: (bytes: [UInt8], owners: Int)] = [:]
    var owners: [String: Owner] = [:]
    var bytes = 0
    var clock: UInt64 = 0
  }

  private let state: Mutex<State>

  /// An empty store.
  public init(_ limits: Limits = Limits()) { state = Mutex(State(limits: limits)) }

  /// Other limits hold from now on.
  public func apply(_ limits: Limits) {
    state.withLock { state in
      state.limits = limits
      for name in state.owners.keys { state.makeRoom(for: name, besides: nil) }
      state.makeRoomForAll(besides: nil)
    }
  }

  /// Files, and what they take in bytes.
  public var size: (files: Int, bytes: Int) { state.withLock { ($0.files.count, $0.bytes) } }

  /// Keeps `bytes` for `owner`; false where they alone are more than one owner may have.
  public func keep(_ bytes: [UInt8], digest: String, for owner: String) -> Bool {
    state.withLock { state in
      let size = Self.size(bytes)
      guard size <= min(state.limits.maxBytes, state.limits.maxBytesPerOwner) else { return false }
      state.add(bytes, digest, owner)
      state.makeRoom(for: owner, besides: digest)
      state.makeRoomForAll(besides: digest)
      return true
    }
  }

  /// Whether `owner` sent the file itself, and it is still here; it counts as used.
  public func isKept(_ digest: String, for owner: String) -> Bool {
    state.withLock { state in
      guard state.owners[owner]?.uses[digest] != nil else { return false }
      state.use(digest, owner)
      return true
    }
  }

  /// The file, whoever asks: who may is looked at before, by ``isKept(_:for:)``.
  func bytes(_ digest: String) -> [UInt8]? { state.withLock { $0.files[digest]?.bytes } }

  /// Small files take more than their bytes.
  fileprivate static func size(_ bytes: [UInt8]) -> Int { bytes.count + 1024 }

  /// What is said of an address that cannot be used: the same whether it never was here, had to make room, or is somebody else's.
  public static let missing =
    "is no upload of yours that is here; send the bytes with PUT /v1/media (again) and use the address in the answer"

  /// `cupel:` and the digest of some bytes.
  public static func address(_ digest: String) -> String { MediaSource.uploadScheme + ":" + digest }

  /// The digest that an address names; nil for what is none.
  public static func digest(_ url: String) -> String? {
    guard case .upload(let digest)? = try? MediaSource(url, relativeTo: nil) else { return nil }
    return digest
  }
}

extension UploadStore.State {
  fileprivate mutating func add(_ bytes: [UInt8], _ digest: String, _ owner: String) {
    if owners[owner]?.uses[digest] == nil {
      let size = UploadStore.size(bytes)
      if let known = files[digest] {
        files[digest] = (known.bytes, known.owners + 1)
      } else {
        files[digest] = (bytes, 1)
        self.bytes += size
      }
      owners[owner, default: UploadStore.Owner()].bytes += size
    }
    use(digest, owner)
  }

  fileprivate mutating func use(_ digest: String, _ name: String) {
    guard var owner = owners.removeValue(forKey: name) else { return }
    clock += 1
    owner.uses[digest] = clock
    owner.line.append((digest, clock))
    if owner.line.count > 2 * owner.uses.count + 64 {
      let uses = owner.uses
      owner.line = owner.line[owner.next...].filter { uses[$0.digest] == $0.use }
      owner.next = 0
    }
    owners[name] = owner
  }

  /// Until the owner has no more than it may.
  fileprivate mutating func makeRoom(for name: String, besides kept: String?) {
    while let owner = owners[name], owner.bytes > limits.maxBytesPerOwner, dropOldest(of: name, besides: kept) {}
  }

  /// Until all have no more than they may: the one that has the most gives way.
  fileprivate mutating func makeRoomForAll(besides kept: String?) {
    while bytes > limits.maxBytes {
      let largest = owners.max { ($0.value.bytes, $1.key) < ($1.value.bytes, $0.key) }
      guard let largest, dropOldest(of: largest.key, besides: kept) else { return }
    }
  }

  private mutating func dropOldest(of name: String, besides kept: String?) -> Bool {
    guard var owner = owners.removeValue(forKey: name) else { return false }
    var dropped: String?
    while dropped == nil, owner.next < owner.line.count {
      let entry = owner.line[owner.next]
      guard owner.uses[entry.digest] == entry.use else {
        owner.next += 1
        continue
      }
      // The newest of all: nothing older is left.
      if entry.digest == kept { break }
      owner.next += 1
      dropped = entry.digest
    }
    if let dropped, let file = files[dropped] {
      let size = UploadStore.size(file.bytes)
      owner.uses[dropped] = nil
      owner.bytes -= size
      if file.owners == 1 {
        files[dropped] = nil
        bytes -= size
      } else {
        files[dropped] = (file.bytes, file.owners - 1)
      }
    }
    if !owner.uses.isEmpty { owners[name] = owner }
    return dropped != nil
  }
}
