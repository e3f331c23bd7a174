extension Duration {
  /// The span in milliseconds.
  package var milliseconds: Double { self / .milliseconds(1) }
}
