internal import CMicrohttpd

/// A reply as libmicrohttpd wants it.
enum OutgoingResponse {
  /// - Returns: the response, which the caller destroys, and for a streamed body where it is written to.
  static func make(
    _ reply: Reply, _ connection: ConnectionPointer, aheadLimit: Int
  ) -> (response: OpaquePointer?, writer: BodyWriter?) {
    switch reply.body {
    case .bytes(let bytes):
      let response = bytes.withUnsafeBytes { buffer in
        MHD_create_response_from_buffer(
          buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress), .RESPMEM_MUST_COPY)
      }
      if let response { add(reply.headers, to: response) }
      return (response, nil)
    case .stream:
      let writer = BodyWriter(connection, limit: aheadLimit)
      // UINT64_MAX: of unknown length, which is sent in chunks.
      let response = MHD_create_response_from_callback(
        .max, blockSize, readBody, Unmanaged.passRetained(writer).toOpaque(), releaseWriter)
      if let response { add(reply.headers, to: response) }
      return (response, writer)
    }
  }

  private static let blockSize = 16 << 10

  /// A header that libmicrohttpd refuses, because of a line break in it, is left out.
  private static func add(_ headers: [RequestHead.Field], to response: OpaquePointer) {
    for header in headers { _ = MHD_add_response_header(response, header.name, header.value) }
  }
}

private let readBody: MHD_ContentReaderCallback = { context, _, buffer, capacity in
  guard let context, let buffer else { return -2 }
  let writer = Unmanaged<BodyWriter>.fromOpaque(context).takeUnretainedValue()
  return writer.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
}

private let releaseWriter: MHD_ContentReaderFreeCallback = { context in
  guard let context else { return }
  Unmanaged<BodyWriter>.fromOpaque(context).release()
}
