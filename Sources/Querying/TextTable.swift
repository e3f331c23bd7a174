/// A table for people, in columns of text.
///
/// In a pipe or file every cell is printed whole. On a terminal a table that is too wide is
/// narrowed step by step until it fits: first the short forms of cells and headings, then one space
/// between columns instead of two, then the columns that may be cut, widest first, then the columns
/// that may be left out. What does not fit is cut, or goes on in the next line where its column folds.
public struct TextTable: Sendable {
  /// The columns, from the left.
  public let columns: [Column]

  /// A table of `columns`.
  public init(columns: [Column]) {
    self.columns = columns
  }

  /// One column.
  public struct Column: Hashable, Sendable {
    /// Its heading.
    public let title: String
    /// Where its cells stand.
    public let alignment: Alignment
    /// The heading in fewer columns, for narrow terminals.
    public let shortTitle: String
    /// How narrow it may become on a terminal; nil when it is never cut.
    public let minimumWidth: Int?
    /// Whether it is left out where nothing else makes the table fit.
    public let isOptional: Bool
    /// Whether what does not fit goes on in the next line instead of being cut, as names do that are told apart by
    /// their ends; only on the left, and with a minimum width.
    public let folds: Bool

    /// A column called `title`.
    public init(
      _ title: String, short: String? = nil, alignment: Alignment = .left,
      minimumWidth: Int? = nil, isOptional: Bool = false, folds: Bool = false
    ) {
      self.title = title
      shortTitle = short ?? title
      self.alignment = alignment
      self.minimumWidth = minimumWidth
      self.isOptional = isOptional
      self.folds = folds
    }
  }

  /// Where a cell stands in its column.
  public enum Alignment: Hashable, Sendable {
    /// For words.
    case left
    /// For numbers.
    case right
  }

  /// One cell.
  public struct Cell: Hashable, Sendable, ExpressibleByStringLiteral {
    /// What it says; control characters are made visible.
    public let text: String
    /// The same in fewer columns, for narrow terminals.
    public let short: String
    /// What its colour says.
    public let tone: TextTone

    /// A cell that says `text`.
    public init(_ text: String, short: String? = nil, tone: TextTone = .plain) {
      self.text = text.withVisibleControls
      self.short = short?.withVisibleControls ?? self.text
      self.tone = tone
    }

    /// A cell that says `value`.
    public init(stringLiteral value: String) {
      self.init(value)
    }
  }

  /// The columns measured for `rows`, ready to print these and any further row.
  public func measured(for rows: [[Cell]], on surface: TextSurface) -> MeasuredTable {
    var table = MeasuredTable(
      columns: columns, widths: naturalWidths(rows, isShort: false, on: surface), gap: 2,
      isShort: false, surface: surface)
    guard let lineWidth = surface.lineWidth, table.width > lineWidth else { return table }
    table.isShort = true
    table.widths = naturalWidths(rows, isShort: true, on: surface)
    if table.width > lineWidth { table.gap = 1 }
    while table.width > lineWidth, let widest = widestCuttable(table.widths) {
      table.widths[widest] -= 1
    }
    for index in columns.indices where columns[index].isOptional && table.width > lineWidth {
      table.hidden.insert(index)
    }
    return table
  }

  /// The whole table, a heading and one line per row, each ended by a line feed.
  public func rendered(_ rows: [[Cell]], on surface: TextSurface) -> String {
    let table = measured(for: rows, on: surface)
    return rows.reduce(into: table.heading) { $0 += table.line($1) }
  }

  private func naturalWidths(_ rows: [[Cell]], isShort: Bool, on surface: TextSurface) -> [Int] {
    columns.indices.map { index in
      let title = isShort ? columns[index].shortTitle : columns[index].title
      return rows.reduce(surface.width(of: title)) { widest, row in
        max(widest, surface.width(of: isShort ? row[index].short : row[index].text))
      }
    }
  }

  private func widestCuttable(_ widths: [Int]) -> Int? {
    columns.indices
      .filter { index in columns[index].minimumWidth.map { widths[index] > $0 } ?? false }
      .max { widths[$0] < widths[$1] }
  }
}

/// A table whose columns have their widths.
public struct MeasuredTable: Sendable {
  let columns: [TextTable.Column]
  var widths: [Int]
  var gap: Int
  var isShort: Bool
  /// The columns that are left out.
  var hidden: Set<Int> = []
  let surface: TextSurface

  /// The columns' titles in one line.
  public var heading: String {
    line(columns.map { TextTable.Cell($0.title, short: $0.shortTitle, tone: .quiet) })
  }

  /// One row in one line; on a terminal only, a cell that is wider than its column is cut, or goes on in further
  /// lines where its column folds.
  public func line(_ row: [TextTable.Cell]) -> String {
    var line = ""
    var rest = ""
    for (index, cell) in row.enumerated() where !hidden.contains(index) {
      var text = isShort ? cell.short : cell.text
      if surface.lineWidth != nil, columns[index].minimumWidth != nil {
        if columns[index].folds {
          let lines = surface.folded(text, to: widths[index])
          text = lines.first ?? ""
          let indentation = String(repeating: " ", count: start(of: index))
          for more in lines.dropFirst() {
            rest += "\(indentation)\(surface.coloured(more, cell.tone))\n"
          }
        } else {
          text = surface.cut(text, to: widths[index])
        }
      }
      let padding = String(
        repeating: " ", count: max(0, widths[index] - surface.width(of: text)))
      let shown = surface.coloured(text, cell.tone)
      switch columns[index].alignment {
      case .right: line += padding + shown
      case .left: line += index == row.count - 1 ? shown : shown + padding
      }
      if index < row.count - 1 { line += String(repeating: " ", count: gap) }
    }
    return line + "\n" + rest
  }

  /// How many columns of the terminal are before the table's column at `index`.
  private func start(of index: Int) -> Int {
    (0..<index).reduce(0) { hidden.contains($1) ? $0 : $0 + widths[$1] + gap }
  }

  var width: Int {
    let shown = widths.indices.filter { !hidden.contains($0) }
    return shown.reduce(0) { $0 + widths[$1] } + gap * (shown.count - 1)
  }
}

extension String {
  /// The text with every scalar that a terminal would obey instead of show (controls, direction
  /// marks, line separators) written as `\u{…}`: topics and payloads come from outside.
  var withVisibleControls: String {
    guard unicodeScalars.contains(where: \.isInvisibleControl) else { return self }
    return unicodeScalars.reduce(into: "") { result, scalar in
      if scalar.isInvisibleControl {
        result += "\\u{\(Self(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isInvisibleControl: Bool {
    if value >= 0x20, value < 0x7F { return false }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
