public import JSON
public import Judging

/// A judge that a plugin opens from its configuration. Conform to ``PluginJudge`` or ``AsyncPluginJudge``.
///
/// One value takes calls from any thread, several at once.
public protocol OpenablePluginJudge: Sendable {
  /// Opens the judge. Whatever is thrown reaches the user; a `JSONError` from `config` carries the path of the bad field, so
  /// `try config.allowOnly(…)`, `try config.require(…)` and the like are all that is needed.
  init(config: JSONReader) throws

  /// What the judge is, as it was configured.
  var description: PluginJudgeDescription { get }

  /// Whether the plugin offers token log-probabilities (`cupel.judge.logprobs/1`); `description.maxTopLogprobs` then says how
  /// many an open judge serves. Default: false.
  static var offersLogprobs: Bool { get }

  /// Called once, after the last call was answered. Default: nothing.
  func close()
}

extension OpenablePluginJudge {
  /// No.
  public static var offersLogprobs: Bool { false }
  /// Nothing to do.
  public func close() {}
}

/// A judge that can find out what stands behind it. Conform to it beside ``PluginJudge`` or ``AsyncPluginJudge``, and the plugin
/// offers `cupel.judge.probe/1`.
public protocol ProbingPluginJudge: OpenablePluginJudge {
  /// Tries what the judge can do. What does not work is a finding; throw only where nothing can be found out. At the end of
  /// `timeoutMilliseconds` the task is cancelled.
  func probe(timeoutMilliseconds: Int) async throws -> ProbeReport
}

/// A judge that computes its answer on the thread that asks: checks, recordings, small models.
public protocol PluginJudge: OpenablePluginJudge {
  /// Answers one call. Throw a ``PluginError`` to say which kind of failure it is; any other error counts as `failed`.
  func reply(to call: JudgeCall) throws -> JudgeReply
}

/// A judge that waits for something: a model server, a device.
public protocol AsyncPluginJudge: OpenablePluginJudge {
  /// Answers one call. When the host cancels the call, the task is cancelled; throw `CancellationError` then.
  func reply(to call: JudgeCall) async throws -> JudgeReply
}
