import Glibc

/// The rows of a logistic regression, one after the other: a million of them are gone through many times.
struct LogisticLoss {
  private let values: [Double]
  private let targets: [Double]
  private let width: Int

  /// `columns` has one value for each row; a last column of ones where there is an intercept. `targets` are from 0 to 1.
  init(columns: [[Double]], hasIntercept: Bool, targets: [Double]) {
    width = columns.count + (hasIntercept ? 1 : 0)
    var values: [Double] = []
    values.reserveCapacity(targets.count * width)
    for row in targets.indices {
      for column in columns { values.append(column[row]) }
      if hasIntercept { values.append(1) }
    }
    (self.values, self.targets) = (values, targets)
  }

  /// The loss at `place`, summed over the rows, with its slope and curvature.
  func callAsFunction(at place: [Double]) -> Objective {
    var total = 0.0
    var gradient = [Double](repeating: 0, count: width)
    var curvature = [Double](repeating: 0, count: width * width)
    values.withUnsafeBufferPointer { values in
      place.withUnsafeBufferPointer { place in
        gradient.withUnsafeMutableBufferPointer { gradient in
          curvature.withUnsafeMutableBufferPointer { curvature in
            for row in targets.indices {
              let start = row * width
              var logOdds = 0.0
              for i in 0..<width { logOdds += values[start + i] * place[i] }
              // One exponential for the chance and the loss; neither overflows, nor does the loss of a sure row cancel out.
              let small = exp(-abs(logOdds))
              let chance = logOdds >= 0 ? 1 / (1 + small) : small / (1 + small)
              let target = targets[row]
              total += log1p(small) + (logOdds >= 0 ? (1 - target) * logOdds : -target * logOdds)
              let (first, second) = (chance - target, small / ((1 + small) * (1 + small)))
              for i in 0..<width {
                let value = values[start + i]
                gradient[i] += first * value
                for j in 0...i { curvature[i * width + j] += second * value * values[start + j] }
              }
            }
          }
        }
      }
    }
    var objective = Objective(dimension: width)
    (objective.value, objective.gradient) = (total, gradient)
    for i in 0..<width {
      for j in 0...i {
        (objective.hessian[i][j], objective.hessian[j][i]) = (curvature[i * width + j], curvature[i * width + j])
      }
    }
    return objective
  }
}
