/// How a judge is to sample, as a style or a rubric says it; nil leaves it to whoever comes next: rubric, style, judge.
public struct SamplingSettings: Sendable, Hashable {
  /// 0...2.
  public var temperature: Double?
  /// Above 0, up to 1.
  public var topP: Double?
  /// For reasoning and verdict together.
  public var maxTokens: Int?
  /// Texts that end a reply; nil when nothing was said, empty for none.
  public var stop: [String]?

  /// Settings.
  public init(temperature: Double? = nil, topP: Double? = nil, maxTokens: Int? = nil, stop: [String]? = nil) {
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.stop = stop
  }

  /// These settings, and `other` wherever these say nothing.
  public func filled(from other: SamplingSettings) -> SamplingSettings {
    SamplingSettings(
      temperature: temperature ?? other.temperature, topP: topP ?? other.topP, maxTokens: maxTokens ?? other.maxTokens,
      stop: stop ?? other.stop)
  }
}
