internal import CMicrohttpd

// The C functions that libmicrohttpd calls, on its own threads. `context` is the ServerCore, which outlives the daemon.

let handleRequest: MHD_AccessHandlerCallback = { context, connection, url, method, _, data, size, state in
  guard let context, let connection, let size, let state else { return .NO }
  if let known = state.pointee {
    let exchange = Unmanaged<Exchange>.fromOpaque(known).takeUnretainedValue()
    guard size.pointee > 0 else { return exchange.proceed() }
    defer { size.pointee = 0 }
    return exchange.receive(UnsafeRawBufferPointer(start: data, count: size.pointee)) ? .YES : .NO
  }
  let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
  guard let watched = cmhd_connection_state(connection) else { return .NO }
  let head = RequestHead(
    method: method.map { String(cString: $0) } ?? "", path: url.map { String(cString: $0) } ?? "",
    query: fields(.GET_ARGUMENT_KIND, of: connection), headers: fields(.HEADER_KIND, of: connection))
  let exchange = Exchange(core, connection, Watch.ID(UInt(bitPattern: watched)), head)
  state.pointee = Unmanaged.passRetained(exchange).toOpaque()
  core.add(exchange)
  return exchange.begin()
}

let completeRequest: MHD_RequestCompletedCallback = { context, _, state, _ in
  guard let context, let known = state?.pointee else { return }
  let exchange = Unmanaged<Exchange>.fromOpaque(known).takeRetainedValue()
  state?.pointee = nil
  exchange.complete()
  Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue().remove(exchange)
}

/// The connection's state is the number under which the watch knows it; never 0.
let noteConnection: MHD_NotifyConnectionCallback = { context, connection, state, event in
  guard let context, let connection, let state else { return }
  let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
  switch event {
  case .CONNECTION_NOTIFY_STARTED:
    let id = core.watch.opened(cmhd_socket(connection), within: core.options.idleMilliseconds)
    state.pointee = UnsafeMutableRawPointer(bitPattern: UInt(id))
  case .CONNECTION_NOTIFY_CLOSED:
    if let watched = state.pointee { core.watch.closed(Watch.ID(UInt(bitPattern: watched))) }
    core.slots.add()
  default: break
  }
}

/// The headers, or the parameters of the query, in order.
private func fields(_ kind: MHD_ValueKind, of connection: OpaquePointer) -> [RequestHead.Field] {
  final class List { var fields: [RequestHead.Field] = [] }
  let list = List()
  MHD_get_connection_values(
    connection, kind,
    { context, _, name, value in
      guard let context, let name else { return .YES }
      let list = Unmanaged<List>.fromOpaque(context).takeUnretainedValue()
      list.fields.append(RequestHead.Field(String(cString: name), value.map { String(cString: $0) } ?? ""))
      return .YES
    }, Unmanaged.passUnretained(list).toOpaque())
  return list.fields
}
