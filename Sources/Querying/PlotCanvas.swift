/// A grid of dots that prints as characters: 2 × 4 dots make one braille pattern (U+2800 …), or each
/// dot is one asterisk where only ASCII may be used.
struct PlotCanvas {
  let isUnicode: Bool
  /// How many characters a line has.
  let columnCount: Int
  /// How many lines there are.
  let rowCount: Int
  private var cells: [UInt8]

  init(columnCount: Int, rowCount: Int, isUnicode: Bool) {
    self.isUnicode = isUnicode
    self.columnCount = columnCount
    self.rowCount = rowCount
    cells = [UInt8](repeating: 0, count: columnCount * rowCount)
  }

  /// Dots beside each other in one character.
  static func dotsAcross(isUnicode: Bool) -> Int { isUnicode ? 2 : 1 }

  var dotsAcross: Int { Self.dotsAcross(isUnicode: isUnicode) }
  /// Dots above each other in one character.
  var dotsDown: Int { isUnicode ? 4 : 1 }
  var dotColumnCount: Int { columnCount * dotsAcross }
  var dotRowCount: Int { rowCount * dotsDown }

  /// Sets the dot `x` from the left and `y` from the bottom; nothing happens outside the grid.
  mutating func set(_ x: Int, _ y: Int) {
    let fromTop = dotRowCount - 1 - y
    guard x >= 0, x < dotColumnCount, fromTop >= 0, fromTop < dotRowCount else { return }
    let cell = fromTop / dotsDown * columnCount + x / dotsAcross
    cells[cell] |= isUnicode ? Self.brailleBits[fromTop % 4][x % 2] : 1
  }

  /// Sets the dots of a straight line between two dots, both among them (Bresenham).
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
    let across = abs(end.x - start.x)
    let down = abs(end.y - start.y)
    let stepX = end.x < start.x ? -1 : 1
    let stepY = end.y < start.y ? -1 : 1
    var (x, y) = start
    var error = across - down
    while true {
      set(x, y)
      if x == end.x, y == end.y { return }
      let doubled = 2 * error
      if doubled > -down {
        error -= down
        x += stepX
      }
      if doubled < across {
        error += across
        y += stepY
      }
    }
  }

  /// The characters of a line, counted from the top.
  func text(ofRow row: Int) -> String {
    var text = String.UnicodeScalarView()
    for cell in cells[row * columnCount..<(row + 1) * columnCount] {
      if cell == 0 {
        text.append(" ")
      } else {
        text.append(isUnicode ? Unicode.Scalar(0x2800 + UInt32(cell)) ?? "*" : "*")
      }
    }
    return String(text)
  }

  /// The bits of the dots, from the top and from the left, as Unicode's chart "Braille Patterns" has
  /// them.
  private static let brailleBits: [[UInt8]] = [
    [0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80],
  ]
}
