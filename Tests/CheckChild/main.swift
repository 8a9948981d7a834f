// One conformance check in a process of its own, for the tests of the kit. `cupel plugin check --run-one` is the same for
// users.
import CupelTesting

Conformance.runChild(Array(CommandLine.arguments.dropFirst()))
