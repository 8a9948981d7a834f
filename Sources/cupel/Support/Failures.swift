/// Runs `body`; whatever it throws is a mistake of the caller, told in the error's own words.
func asUsage<Value>(_ body: () throws -> Value) throws -> Value {
  do { return try body() } catch let failure as CommandFailure { throw failure } catch {
    throw CommandFailure.usage("\(error)")
  }
}

/// The same for a body that waits.
func asUsage<Value>(_ body: () async throws -> Value) async throws -> Value {
  do { return try await body() } catch let failure as CommandFailure { throw failure } catch {
    throw CommandFailure.usage("\(error)")
  }
}
