import JSON

/// `ssim: $reference`: the mean structural similarity (Wang et al. 2004), the mean over the channels.
/// `window: uniform` (default) is `skimage.metrics.structural_similarity(a, b, channel_axis=-1, data_range=255)`;
/// `window: gaussian` adds `gaussian_weights=True, sigma=1.5, use_sample_covariance=False`, the form of the paper.
struct SSIMCheck: Check {
  static let kind = CheckKind("ssim", .image, options: ["window", "channels"]) { (arguments) throws(JSONError) in
    try ImageChoice.requireReference(arguments.argument)
    return SSIMCheck(
      window: try arguments.choice("window", default: .uniform),
      channels: try arguments.choice("channels", default: .rgb), choice: try ImageChoice(arguments))
  }

  private enum Channels: String, Sendable, CaseIterable { case rgb, grey }

  private let window: StructuralSimilarity.Window
  private let channels: Channels
  private let choice: ImageChoice

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let (response, reference) = try choice.pair(subject, for: "ssim")
    let similarity = StructuralSimilarity(window: window)
    guard min(response.width, response.height) >= similarity.size else {
      throw Unscorable(
        "ssim needs pictures of at least \(similarity.size)×\(similarity.size), this is \(response.size)")
    }
    let value: Double
    switch channels {
    case .grey: value = similarity.mean(response.luma, reference.luma)
    case .rgb:
      value = (0..<3).reduce(0) { $0 + similarity.mean(response.channel($1), reference.channel($1)) } / 3
    }
    return Measurement(value: value, score: min(max(value, 0), 1), reason: "SSIM \(Reason.number(value))")
  }
}
