import PoolModel

/// A history drawn with characters: time to the right, values upwards, local times below.
///
/// Every step with readings is a bar from its smallest value to its largest, and a line leads from its
/// latest to the earliest of the next. Where readings are missing between two steps there is no line.
public struct HistoryPlot: Sendable {
  private let rows: [AggregateRow]
  private let gaps: [Gap]
  private let surface: PlotSurface

  private struct Gap {
    let from: Timestamp
    let to: Timestamp
  }

  /// The plot of the steps `rows`, all of one series and adjoining, on `surface`.
  ///
  /// - Parameters:
  ///   - rows: the steps in the order of their times, those without a reading too.
  ///   - gaps: when readings are missing, in the order of their times.
  ///   - surface: where it is drawn.
  public init(rows: [AggregateRow], gaps: [GapRow], surface: PlotSurface) {
    self.rows = rows
    self.gaps = gaps.map { gap in
      Gap(
        from: gap.fromTime.flatMap { Timestamp(rfc3339: $0) } ?? .distantPast,
        to: gap.toTime.flatMap { Timestamp(rfc3339: $0) } ?? .distantFuture)
    }
    self.surface = surface
  }

  /// The lines of the plot, each ended by a line feed; the words for nothing when there is no value.
  public var text: String {
    let lows = rows.compactMap(\.minimum)
    guard let low = lows.min(), let high = rows.compactMap(\.maximum).max(), low <= high else {
      return HistoryRow.nothing + "\n"
    }
    // Heading, axis, times, range, and the prompt.
    let rowCount = surface.rowCount - 5
    let scale = PlotScale(of: low...high, intervalLimit: (rowCount - 1) / 3)
    let labels = labels(of: scale, rowCount: rowCount)
    let labelWidth = labels.map(\.count).max() ?? 0
    let across = PlotCanvas.dotsAcross(isUnicode: surface.isUnicode)
    let room = max(4, surface.columnCount - labelWidth - 2)
    let layout = Layout(stepCount: rows.count, dotCount: room * across)
    var canvas = PlotCanvas(
      columnCount: room, rowCount: rowCount, isUnicode: surface.isUnicode)
    draw(on: &canvas, scale: scale, layout: layout)
    var text = heading + "\n"
    for row in 0..<rowCount {
      let label = String(repeating: " ", count: labelWidth - labels[row].count) + labels[row]
      let axis = labels[row].isEmpty ? sign("│", "|") : sign("┤", "+")
      text += trimmed("\(label) \(axis)\(canvas.text(ofRow: row))") + "\n"
    }
    let margin = String(repeating: " ", count: labelWidth + 1)
    for line in timeLines(layout: layout, columnCount: canvas.columnCount, across: across) {
      text += trimmed(margin + line) + "\n"
    }
    return text + range + "\n"
  }

  /// Which dots stand for a step.
  private struct Layout {
    let stepCount: Int
    let dotCount: Int

    func first(ofStep step: Int) -> Int { step * dotCount / stepCount }

    /// All dots of a step where there are fewer than two for each, so that bars stand close; else the
    /// one in the middle.
    func bar(ofStep step: Int) -> ClosedRange<Int> {
      let first = first(ofStep: step)
      let last = max(first, self.first(ofStep: step + 1) - 1)
      if dotCount < 2 * stepCount { return first...last }
      return (first + last) / 2...(first + last) / 2
    }
  }

  private func draw(on canvas: inout PlotCanvas, scale: PlotScale, layout: Layout) {
    let top = Double(canvas.dotRowCount - 1)
    func y(_ value: Double) -> Int { Int((scale.position(of: value) * top).rounded()) }
    var previous: (row: AggregateRow, x: Int)?
    var nextGap = 0
    for (index, row) in rows.enumerated() {
      guard let minimum = row.minimum, let maximum = row.maximum else { continue }
      let bar = layout.bar(ofStep: index)
      for x in bar { canvas.line(from: (x, y(minimum)), to: (x, y(maximum))) }
      if let previous, let last = previous.row.last, let first = row.first,
        !isGap(after: previous.row, before: row, from: &nextGap)
      {
        canvas.line(from: (previous.x, y(last)), to: (bar.lowerBound, y(first)))
      }
      previous = (row, bar.upperBound)
    }
  }

  /// Whether readings are missing where `left` ends and `right` begins.
  ///
  /// `nextGap` is the first gap that begins after the steps asked about so far.
  private func isGap(
    after left: AggregateRow, before right: AggregateRow, from nextGap: inout Int
  ) -> Bool {
    guard let end = Timestamp(rfc3339: left.endTime), let start = Timestamp(rfc3339: right.time)
    else { return true }
    while nextGap < gaps.count, gaps[nextGap].from < end { nextGap += 1 }
    return nextGap > 0 && gaps[nextGap - 1].to >= start
  }

  private var heading: String {
    guard let row = rows.first else { return "" }
    let words = "\(row.venue)/\(row.pool) \(row.parameter)"
    let text = row.unit.isEmpty ? words : "\(words), \(unit)"
    return String(text.withVisibleControls.prefix(surface.columnCount))
  }

  /// One label for each line from the top, empty where there is no tick.
  private func labels(of scale: PlotScale, rowCount: Int) -> [String] {
    var labels = [String](repeating: "", count: rowCount)
    let dotsDown = surface.isUnicode ? 4 : 1
    let top = Double(rowCount * dotsDown - 1)
    for (position, text) in scale.labels {
      let y = Int((position * top).rounded())
      let line = text.count + unit.count < 12 && !unit.isEmpty ? "\(text) \(unit)" : text
      labels[(rowCount * dotsDown - 1 - y) / dotsDown] = line
    }
    return labels
  }

  private var unit: String {
    let unit = rows.first?.unit ?? ""
    guard !surface.isUnicode else { return unit }
    let plain: [Character: String] = ["°": "", "µ": "u", "³": "3", "²": "2"]
    return unit.reduce(into: "") { $0 += $1.isASCII ? String($1) : plain[$1] ?? "?" }
  }

  /// The axis with its ticks, and the times below it.
  private func timeLines(layout: Layout, columnCount: Int, across: Int) -> [String] {
    let steps = rows.compactMap { row -> (start: Int64, end: Int64)? in
      // Local time: as if it were universal time.
      guard let local = Timestamp(rfc3339: "\(row.time.dropLast(6))Z"),
        let start = Timestamp(rfc3339: row.time), let end = Timestamp(rfc3339: row.endTime)
      else { return nil }
      let length = end.milliseconds - start.milliseconds
      return (local.milliseconds, local.milliseconds + length)
    }
    guard steps.count == rows.count else { return [] }
    var axis = [Character](repeating: sign("─", "-"), count: columnCount)
    var times = [Character](repeating: " ", count: columnCount)
    var free = 0
    for tick in PlotClock.ticks(of: steps, characterCount: columnCount) {
      let column = min(columnCount - 1, layout.first(ofStep: tick.step) / across)
      axis[column] = sign("┬", "+")
      let start = max(0, min(columnCount - tick.text.count, column - tick.text.count / 2))
      guard start >= free, start + tick.text.count <= columnCount else { continue }
      for (offset, character) in tick.text.enumerated() { times[start + offset] = character }
      free = start + tick.text.count + 1
    }
    return ["\(sign("└", "+"))\(String(axis))", " \(String(times))"]
  }

  /// From when to when, in words.
  private var range: String {
    guard let first = rows.first, let last = rows.last else { return "" }
    return "from \(Wording.time(first.time)) to \(Wording.time(last.endTime))"
  }

  private func sign(_ unicode: Character, _ plain: Character) -> Character {
    surface.isUnicode ? unicode : plain
  }

  private func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
