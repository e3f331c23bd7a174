/// Waits until `condition` holds, asking again every few milliseconds.
///
/// The way to wait for another process or thread: it ends as soon as the condition holds, and fails
/// loudly when the deadline passes.
///
/// - Parameters:
///   - deadline: How long to wait at most. Generous: it is only used up by a test that fails.
///   - what: What is waited for, for the failure's words.
///   - condition: Asked at least once, and once more after the deadline. What it throws ends the
///     wait.
/// - Throws: `TestFailure` when the condition does not hold at the deadline.
public func eventually(
  within deadline: Duration = .seconds(60), _ what: @autoclosure () -> String,
  condition: () async throws -> Bool
) async throws {
  let clock = ContinuousClock()
  let end = clock.now + deadline
  while true {
    let isLast = clock.now >= end
    if try await condition() { return }
    if isLast { throw TestFailure("not within \(deadline): \(what())") }
    try await Task.sleep(for: .milliseconds(5))
  }
}
