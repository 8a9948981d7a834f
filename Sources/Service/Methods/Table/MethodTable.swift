public import Configuration
public import JSON

/// All methods of the server: one table for HTTP, JSON-RPC and the document.
public struct MethodTable: Sendable {
  /// In the order of the document.
  let methods: [Method]
  private let settings: ServeSettings
  private let version: String
  private let engine: Engine

  /// The methods that `engine` answers; `version` is the server's own. A server that is stopping is not ready.
  ///
  /// `office`: does jobs; nil: there are none, and who asks for one is told why.
  public init(
    _ engine: Engine, _ settings: ServeSettings, version: String, office: JobOffice? = nil,
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    self.settings = settings
    self.version = version
    self.engine = engine
    methods =
      [.judge(engine, settings), .reward(engine, settings)] + Method.calibrations(office, settings)
      + Method.audits(office, settings)
      + [
        .judges(engine, office), .rubrics(engine), .health(version: version), .ready(engine, isStopping: isStopping),
      ]
      // One that does not hold is not there; a server is not started with it.
      + settings.deceptive.compactMap { route in
        (try? DeceptiveRoute(route)).map { .deceptive($0, engine, settings) }
      }
  }

  /// The paths of all methods, of JSON-RPC and of the document.
  public var endpoints: [Endpoint] {
    let limits = RequestLimits(settings.limits)
    let rpc = RPC(methods.filter(\.isOverRPC), limits, maxBatch: settings.limits.maxBatch)
    return methods.map { $0.endpoint(limits) } + [
      rpc.endpoint, UploadEndpoint(engine: engine).endpoint, Self.document(openAPI),
    ]
  }

  /// The OpenAPI document.
  public var openAPI: JSONValue { OpenAPI(methods, version: version, maxBatch: settings.limits.maxBatch).json }

  /// Made once: nothing in it changes while the server runs.
  private static func document(_ json: JSONValue) -> Endpoint {
    Endpoint(.get, OpenAPI.path, isOpen: true) { (_, _) throws(Fault) in try .json(json) }
  }
}
