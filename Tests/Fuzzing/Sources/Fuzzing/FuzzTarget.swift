/// Something that takes bytes of strangers, and what has to hold whatever they are.
protocol FuzzTarget: Sendable {
  /// Ends the program when something does not hold for `input`.
  func check(_ input: [UInt8])
}

/// Ends the program with `message` unless `condition` holds.
///
/// A `precondition` would say nothing in an optimized build.
func demand(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { fatalError(message()) }
}
