public import ArgumentParser
public import Audits

extension AuditSuite: ExpressibleByArgument {}

extension Condition: ExpressibleByArgument {
  /// `NAME>LIMIT`.
  public init?(argument: String) { self.init(argument) }
}
