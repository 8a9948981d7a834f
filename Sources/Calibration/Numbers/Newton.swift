import Glibc

/// A smooth convex function to be made small: its value, slope and curvature at one place.
struct Objective {
  var value: Double
  var gradient: [Double]
  var hessian: [[Double]]

  init(dimension: Int) {
    value = 0
    gradient = [Double](repeating: 0, count: dimension)
    hessian = [[Double]](repeating: gradient, count: dimension)
  }

  /// Adds a term that depends on the parameters only through the products of `directions` with them: its value, its first and its
  /// second derivatives by these products.
  mutating func add(_ value: Double, _ first: [Double], _ second: [[Double]], along directions: [[Double]]) {
    self.value += value
    for (a, left) in directions.enumerated() {
      for i in left.indices where left[i] != 0 {
        gradient[i] += first[a] * left[i]
        for (b, right) in directions.enumerated() {
          for j in right.indices { hessian[i][j] += second[a][b] * left[i] * right[j] }
        }
      }
    }
  }

  /// Adds a term of one product.
  mutating func add(_ value: Double, _ first: Double, _ second: Double, along direction: [Double]) {
    add(value, [first], [[second]], along: [direction])
  }

  /// Adds the logistic loss of a log-odds `direction`·x against a target from 0 to 1.
  mutating func addLogistic(target: Double, direction: [Double], at place: [Double], weight: Double = 1) {
    let logOdds = zip(direction, place).map { $0 * $1 }.sum
    let chance = logOdds.sigmoid
    let loss = target * (-logOdds).softplus + (1 - target) * logOdds.softplus
    add(weight * loss, weight * (chance - target), weight * chance * (1 - chance), along: direction)
  }
}

/// Newton's method with halved steps, for few parameters.
enum Newton {
  /// The place of the least value, with the inverse of the curvature there, which is the covariance of a maximum-likelihood estimate.
  struct Minimum {
    let place: [Double]
    let covariance: [[Double]]
    let value: Double
  }

  /// Starts at `start`. `what` names the fit in the error. The objective is a negative log-likelihood on the scale of log-odds: near 0, or
  /// with a parameter past `bound` in size, or flat after some steps, it has no least value but goes on falling.
  static func minimise(
    _ what: String, from start: [Double], bound: Double = 500, _ objective: ([Double]) -> Objective
  ) throws(Undefined) -> Minimum {
    var place = start
    var here = objective(place)
    let separated = Undefined.separated("\(what): the data are told apart without an error")
    for round in 0..<200 {
      guard here.value > 1e-9 else { throw separated }
      guard let factor = Cholesky(here.hessian) else { throw round == 0 ? .notConverged(what) : separated }
      let step = factor.solve(here.gradient)
      // Half the squared Newton decrement: what one more step could still gain.
      let gain = zip(step, here.gradient).map { $0 * $1 }.sum / 2
      guard gain.isFinite else { throw .notConverged(what) }
      // Convergence is quadratic: the step that is still taken makes the error about the square of this.
      if gain <= 1e-12 * (1 + abs(here.value)) {
        let covariance = factor.inverse
        // Part of the data told apart: the slope has faded, but so has the curvature, and the place is an accident.
        guard covariance.indices.allSatisfy({ covariance[$0][$0] < 1e8 }) else { throw separated }
        return Minimum(place: zip(place, step).map { $0 - $1 }, covariance: covariance, value: here.value)
      }
      var length = 1.0
      var next = here
      var moved = place
      repeat {
        moved = zip(place, step).map { $0 - length * $1 }
        next = objective(moved)
        length /= 2
      } while !(next.value <= here.value - length * gain * 1e-4) && length > 1e-12
      guard next.value < here.value else {
        // No step helps any more: rounding is all that is left.
        return Minimum(place: place, covariance: factor.inverse, value: here.value)
      }
      if moved.contains(where: { abs($0) > bound }) { throw separated }
      (place, here) = (moved, next)
    }
    throw .notConverged(what)
  }
}

/// The lower triangle of a symmetric positive definite matrix.
struct Cholesky {
  private let rows: [[Double]]

  /// Nil where the matrix is not positive definite, up to rounding.
  init?(_ matrix: [[Double]]) {
    var rows = matrix
    for i in rows.indices {
      for j in 0...i {
        var value = matrix[i][j]
        for k in 0..<j { value -= rows[i][k] * rows[j][k] }
        if i == j {
          guard value > 1e-13 * abs(matrix[i][i]), value.isFinite else { return nil }
          rows[i][i] = value.squareRoot()
        } else {
          rows[i][j] = value / rows[j][j]
        }
      }
    }
    self.rows = rows
  }

  /// x with matrix · x = `right`.
  func solve(_ right: [Double]) -> [Double] {
    var x = right
    for i in x.indices {
      for k in 0..<i { x[i] -= rows[i][k] * x[k] }
      x[i] /= rows[i][i]
    }
    for i in x.indices.reversed() {
      for k in (i + 1)..<max(i + 1, x.count) { x[i] -= rows[k][i] * x[k] }
      x[i] /= rows[i][i]
    }
    return x
  }

  var inverse: [[Double]] {
    rows.indices.map { column in solve(rows.indices.map { $0 == column ? 1 : 0 }) }
  }
}
