extension Double {
  /// The number as people read it: at most six decimals, which is more than any sensor shows, and none
  /// where it is whole.
  ///
  /// A value that was converted from another unit has sixteen digits otherwise. Scripts get it as it is.
  public var readable: String {
    // Beyond it doubles have no six decimals.
    let rounded = abs(self) < 1e9 ? (self * 1e6).rounded() / 1e6 : self
    let text = (rounded == 0 ? abs(rounded) : rounded).description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
