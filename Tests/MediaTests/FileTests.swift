import Glibc
import Media
import Testing
import Wire

/// What may be loaded from the file system, and what may not.
@Suite struct FileTests {
  /// root/ holds the files that may be loaded; beside it lies what may not.
  private let scratch: Scratch
  private var root: String { scratch.path + "/root" }

  init() throws {
    scratch = try Scratch()
    try scratch.folder("root")
    try scratch.folder("root/sub")
    try scratch.folder("root-secret")
    try scratch.file("root/a.png", "\u{89}PNG")
    try scratch.file("root/sub/b c%41.png", "b")
    try scratch.file("root/http:x", "x")
    try scratch.file("root/empty", "")
    try scratch.file("root/large", "x", size: (64 << 20) + 1)
    try scratch.file("root-secret/s", "secret")
    try scratch.file("secret", "secret")
    try scratch.pipe("root/pipe")
    try scratch.link("root/inside", to: "sub/b c%41.png")
    try scratch.link("root/outside", to: "../secret")
    try scratch.link("root/outside-folder", to: "..")
    try scratch.link("root/loop", to: "loop")
    try scratch.link("alias", to: "root")
  }

  private func loader(roots: [String]? = nil, base: String? = nil) -> MediaLoader {
    MediaLoader(decoders: [StubDecoder()], roots: roots ?? [root], base: base ?? root)
  }

  @Test(arguments: [
    "a.png", "./a.png", "sub/../a.png", "sub/b c%41.png", "inside", "./http:x", "file:a.png", "file:sub/b%20c%2541.png",
  ])
  func loadsRelativePaths(path: String) async throws {
    let loaded = try await loader().load(MediaReference(kind: .image, url: path))
    #expect(loaded.media.image != nil)
  }

  @Test func loadsAbsolutePathsAndFileURLs() async throws {
    for url in ["\(root)/a.png", "file:\(root)/a.png", "file://\(root)/a.png", "file://localhost\(root)/%61.png"] {
      _ = try await loader().load(MediaReference(kind: .image, url: url))
    }
  }

  @Test func aRootMayBeALinkAndARecordMayHaveItsOwnFolder() async throws {
    let loader = loader(roots: [scratch.path + "/alias"], base: "/nonexistent")
    _ = try await loader.load(MediaReference(kind: .image, url: "a.png"), relativeTo: scratch.path + "/alias")
    _ = try await loader.load(MediaReference(kind: .image, url: "\(root)/a.png"))
  }

  static let refused: [(url: String, cause: String)] = [
    ("../secret", "lies outside the media roots"),
    ("outside", "lies outside the media roots"),
    ("outside-folder/secret", "lies outside the media roots"),
    ("outside-folder/root-secret/s", "lies outside the media roots"),
    ("../root-secret/s", "lies outside the media roots"),
    ("sub/../../secret", "lies outside the media roots"),
    ("/etc/passwd", "lies outside the media roots"),
    ("/nonexistent/file", "lies outside the media roots"),
    ("file:///etc/passwd", "lies outside the media roots"),
    ("file:%2e%2e/secret", "lies outside the media roots"),
    ("missing.png", "cannot be opened: No such file or directory"),
    ("a.png/b", "cannot be opened: Not a directory"),
    ("loop", "cannot be opened: Too many levels of symbolic links"),
    ("sub", "is a folder; only regular files are read"),
    (".", "lies outside the media roots"),
    ("pipe", "is a named pipe; only regular files are read"),
    ("empty", "is empty (0 bytes)"),
    ("large", "is 67108865 bytes large, over the limit max_input_bytes = 67108864"),
    ("", "the path is empty"),
    ("a.png\0.txt", "holds a NUL character"),
    ("file:a%00b", "not UTF-8 text without NUL"),
    ("file:a%FFb", "not UTF-8 text without NUL"),
    ("file:a%4", "two hexadecimal digits"),
    ("file://example.org/a.png", "is a file of the host 'example.org'"),
    ("http://example.org/a.png", "nothing is fetched from the network"),
    ("HTTPS://example.org/a.png", "nothing is fetched from the network"),
    ("ftp://example.org/a.png", "has the scheme 'ftp:'"),
    ("javascript:alert(1)", "accepted: data: and file: URLs and paths"),
  ]

  @Test(arguments: refused) func refuses(url: String, cause: String) async {
    let error = await loader().failure(url)
    #expect(error?.message.contains(cause) == true, "\(String(describing: error))")
    #expect(error?.reason == .invalidInput)
  }

  @Test func devicesAreNotOpened() async {
    let loader = MediaLoader(decoders: [StubDecoder()], roots: ["/dev"])
    let error = await loader.failure("/dev/zero")
    #expect(error?.message == "image '/dev/zero': is a device; only regular files are read")
  }

  @Test func withoutRootsThereAreNoFiles() async {
    let error = await loader(roots: []).failure("a.png")
    #expect(error?.message.contains("no media root is configured; send it as a data: URL") == true)
  }

  @Test func aMissingRootIsNamed() async {
    let error = await loader(roots: ["/nonexistent/root"]).failure("a.png")
    #expect(error?.message.contains("these roots do not exist: '/nonexistent/root'") == true)
  }

  @Test func aRelativePathNeedsAFolder() async {
    let error = await MediaLoader(decoders: [StubDecoder()], roots: [root]).failure("a.png")
    #expect(error?.message.contains("no folder it could start from") == true)
  }

  @Test func messagesKeepToOneLine() async {
    let error = await loader().failure("a\nb\u{202E}c\u{7}.png")
    #expect(error?.message.hasPrefix("image 'a\u{FFFD}b\u{FFFD}c\u{FFFD}.png': cannot be opened") == true)
  }
}
