import HTTPServing
import Testing

@testable import Service

@Suite struct RequestIdentityTests {
  @Test func newOnesDiffer() {
    let ids = (0..<10_000).map { _ in RequestIdentity.fresh() }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy { $0.isHexDigit && !$0.isUppercase } })
    #expect(Set(ids.map { $0.prefix(8) }).count > 9990)
  }

  @Test(arguments: [
    ("", nil), ("a b", nil), ("\u{e9}", nil), ("run-7/4", "run-7/4"), (String(repeating: "x", count: 129), nil),
  ])
  func aClientsOwnIsKeptWhereItIsSound(text: String, kept: String?) {
    let id = RequestIdentity.id(of: RequestHead(method: "GET", path: "/", headers: [.init("X-Request-ID", text)]))
    #expect(kept.map { $0 == id } ?? (id != text && id.utf8.count == 32))
  }
}
