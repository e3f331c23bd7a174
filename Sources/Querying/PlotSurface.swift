/// Where a plot is drawn: a rectangle of characters.
public struct PlotSurface: Hashable, Sendable {
  /// How many characters a line has, at least 24.
  public let columnCount: Int
  /// How many lines there are, the one for the shell's prompt among them, at least 9.
  public let rowCount: Int
  /// Whether characters beyond ASCII may be used.
  public let isUnicode: Bool

  /// A rectangle of `columnCount` × `rowCount` characters, or of the least that a plot needs.
  public init(columnCount: Int, rowCount: Int, isUnicode: Bool) {
    self.columnCount = max(24, columnCount)
    self.rowCount = max(9, rowCount)
    self.isUnicode = isUnicode
  }

  /// How many steps of a history a plot here has room for.
  public var stepCount: Int {
    // Twelve characters hold most figures with their units, two more the axis.
    max(2, (columnCount - 14) * PlotCanvas.dotsAcross(isUnicode: isUnicode))
  }
}
