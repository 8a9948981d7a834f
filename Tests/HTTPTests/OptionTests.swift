import HTTP
import Testing

@Suite struct OptionTests {
  private static let cases: [(HTTPClientOptions, String, String)] = [
    (.init(caFile: "/nowhere/ca.pem"), "caFile", "No such file"), (.init(caFile: ""), "caFile", "an empty path"),
    (.init(caFile: "/etc"), "caFile", "Is a directory"), (.init(caFile: "/etc/hostname"), "caFile", "no certificate"),
    (.init(proxy: "localhost:3128"), "proxy", "http://host:port"), (.init(proxy: "socks5://h:1"), "proxy", "http://"),
    (.init(proxy: "http://h:1 "), "proxy", "a space"), (.init(unixSocket: ""), "unixSocket", "1 to 107 bytes"),
    (.init(unixSocket: "/" + String(repeating: "x", count: 107)), "unixSocket", "not 108"),
    (.init(maxConnectionsPerHost: 0), "maxConnectionsPerHost", "at least 1"),
    (.init(maxHeaderBytes: 0), "maxHeaderBytes", "at least 1"),
    (.init(userAgent: "a\r\nX: y"), "userAgent", "printable ASCII"),
  ]

  @Test(arguments: cases) func noClientIsMadeWithABadOption(
    _ options: HTTPClientOptions, _ name: String, _ part: String
  ) {
    let error = #expect(throws: HTTPOptionError.self) { try HTTPClient(options) }
    #expect(error?.option == name)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }
}
