import Configuration
import Documents
import Rubrics

extension Generation {
  /// Everything that stands in the way of serving with it: rubrics that are broken, and judges that cannot be opened.
  func problems() -> [String] { rubricProblems() + judgeProblems() }

  private func rubricProblems() -> [String] {
    workbench.library.list().flatMap { entry -> [String] in
      guard case .failure(let errors) = entry.rubric else { return [] }
      return errors.errors.map(\.description)
    }
  }

  private func judgeProblems() -> [String] {
    workbench.configuration.judges.compactMap { settings in
      do throws(JudgeProblem) { _ = try judge(named: settings.name) } catch { return error.description }
      return nil
    }
  }
}
