internal import HTTP
import JSON

extension Options {
  /// The client of the judge. An option that none can be made with is an error at its field.
  func client() throws(JSONError) -> HTTPClient {
    do throws(HTTPOptionError) {
      return try HTTPClient(
        HTTPClientOptions(
          caFile: delivery.caFile, proxy: delivery.proxy, unixSocket: delivery.unixSocket,
          maxConnectionsPerHost: delivery.maxInFlight))
    } catch {
      let fields = ["caFile": "ca_file", "proxy": "proxy", "unixSocket": "unix_socket"]
      guard let field = fields[error.option].flatMap({ reader[$0] }) else { throw reader.error("\(error)") }
      throw field.error(error.message)
    }
  }

  /// The way to the judge's servers. A key that is not there is an error at the field that says where it should be.
  func connect(_ client: HTTPClient) throws(JSONError) -> Delivery {
    do throws(KeyRing.Missing) {
      return try Delivery(delivery, transport: client)
    } catch {
      throw (reader["api_key_env"] ?? reader["api_key_file"] ?? reader["headers"] ?? reader).error("\(error)")
    }
  }
}
