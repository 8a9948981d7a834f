import Judging

extension JudgeCall {
  /// When the plugin gives up: a little before the host would, whose message could tell neither the attempts nor what the server
  /// said. A call without a deadline may take a day: nothing waits for ever.
  var deadline: ContinuousClock.Instant {
    let time = timeoutMilliseconds ?? 86_400_000
    return .now + .milliseconds(time - min(time / 10, 500))
  }
}
