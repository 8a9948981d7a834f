import JSON
import PluginBridge
import Synchronization

/// What the C functions of this shared library know: C functions capture nothing, and every plugin links its own copy of the
/// kit, so one registration per library is the whole state.
struct JudgeRegistration: Sendable {
  typealias Open = @Sendable (JSONReader) throws -> any JudgeInstance

  let pluginID: StaticString
  let offersLogprobs: Bool
  let offersProbe: Bool
  let open: Open

  private static let current = Mutex<JudgeRegistration?>(nil)

  static func set(_ registration: JudgeRegistration) {
    current.withLock { current in
      precondition(current == nil, "a shared library has one Plugin; \(registration.pluginID) is a second one")
      current = registration
    }
  }

  static func get() -> JudgeRegistration? { current.withLock { $0 } }
}
