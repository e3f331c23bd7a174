import PoolModel
import Querying
import Testing

@Suite struct `A plot of a history` {
  private let series = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
  private static let start = Timestamp(milliseconds: 1_768_953_600_000)  // 08:00 in Shanghai
  private let small = PlotSurface(columnCount: 30, rowCount: 9, isUnicode: true)
  private let plain = PlotSurface(columnCount: 30, rowCount: 9, isUnicode: false)

  /// Adjoining steps of a minute, each with the values given, or none.
  private func rows(_ steps: [[Double]], zone: String = "Asia/Shanghai") -> [AggregateRow] {
    steps.enumerated().map { index, values in
      var figures = StepFigures(
        start: Self.start + .seconds(60 * index), end: Self.start + .seconds(60 * index + 60))
      if let first = values.first, let last = values.last {
        figures.minimum = values.min() ?? first
        figures.maximum = values.max() ?? first
        figures.mean = values.reduce(0, +) / Double(values.count)
        figures.first = first
        figures.last = last
        figures.readingCount = values.count
      }
      return AggregateRow(plan: .sample(zone: zone), series: series, figures: figures)
    }
  }

  private func gap(from: Int?, to: Int?) -> GapRow {
    GapRow(
      plan: .sample, series: series, from: from.map { Self.start + .seconds($0) },
      to: to.map { Self.start + .seconds($0) }, missingCount: 1)
  }

  /// The dots of the picture, column by column from the left, each column from the bottom.
  private func dots(in text: String) -> [[Bool]] {
    let lines = text.split(separator: "\n").map(Array.init)
    let body = lines.filter { $0.contains("│") || $0.contains("┤") }
    let axis = body[0].firstIndex { $0 == "│" || $0 == "┤" } ?? 0
    let width = (lines.first { $0.contains("└") }?.count ?? 0) - axis - 1
    var columns = [[Bool]](
      repeating: [Bool](repeating: false, count: body.count * 4), count: width * 2)
    // Unicode, chart "Braille Patterns": dots 1, 2, 3, 7 are the left column, 4, 5, 6, 8 the right.
    let bits = [[0, 1, 2, 6], [3, 4, 5, 7]]
    for (line, characters) in body.enumerated() {
      for (column, character) in characters.dropFirst(axis + 1).enumerated() {
        guard let scalar = character.unicodeScalars.first, scalar.value >= 0x2800 else { continue }
        for across in 0..<2 {
          for down in 0..<4 where (scalar.value - 0x2800) >> bits[across][down] & 1 == 1 {
            columns[column * 2 + across][body.count * 4 - 1 - (line * 4 + down)] = true
          }
        }
      }
    }
    return columns
  }

  /// What of a picture lies between two readings, each in the middle of its step.
  private func between(
    _ from: Int, _ to: Int, of picture: [Bool], stepCount: Int
  ) -> [Bool] {
    let middles = [from, to].map { step in
      (step * picture.count / stepCount + (step + 1) * picture.count / stepCount - 1) / 2
    }
    #expect(middles[1] - middles[0] > 2)
    return Array(picture[(middles[0] + 1)..<middles[1]])
  }

  @Test func `has values with their unit on the left and local times below`() {
    let steps = (0..<16).map { [0.21 + 0.02 * Double($0)] }
    let surface = PlotSurface(columnCount: 34, rowCount: 9, isUnicode: false)
    // Worked out by hand: three lines up are 0.4 mg/L, so a line stands for 0.133 mg/L; sixteen
    // minutes stand on 24 columns.
    #expect(
      HistoryPlot(rows: rows(steps), gaps: [], surface: surface).text == """
        venue-01/main free_chlorine, mg/L
        0.6 mg/L +
        0.4 mg/L +               *********
                 |    ***********
        0.2 mg/L +****
                 ++--------------+--------
                  08:00        08:10
        from 2026-01-21 08:00:00.000 +08:00 to 2026-01-21 08:16:00.000 +08:00

        """)
  }

  @Test func `draws a rising line as a rising line`() {
    let picture = dots(
      in: HistoryPlot(
        rows: rows((0...40).map { [Double($0)] }), gaps: [],
        surface: PlotSurface(columnCount: 80, rowCount: 24, isUnicode: true)
      ).text)
    let heights = picture.compactMap { $0.lastIndex(of: true) }
    #expect(heights == heights.sorted())
    #expect(heights.first == 0)
    #expect(heights.last == 19 * 4 - 1)
  }

  @Test func `draws no line where readings are missing, and one where only steps are empty`() {
    let steps: [[Double]] = [[1], [1], [], [], [2], [2], [], [], [2], [2]]
    let gaps = [gap(from: 90, to: 270)]
    let surface = PlotSurface(columnCount: 20 + 14, rowCount: 24, isUnicode: true)
    let text = HistoryPlot(rows: rows(steps), gaps: gaps, surface: surface).text
    let picture = dots(in: text).map { $0.contains(true) }
    func isDrawn(_ from: Int, _ to: Int) -> [Bool] {
      between(from, to, of: picture, stepCount: steps.count)
    }
    #expect(isDrawn(0, 1).allSatisfy { $0 })
    #expect(isDrawn(1, 4).allSatisfy { !$0 })
    #expect(isDrawn(5, 8).allSatisfy { $0 })
  }

  @Test func `breaks the line at a gap between neighbouring steps too`() {
    let steps: [[Double]] = [[1], [1], [1], [1]]
    let surface = PlotSurface(columnCount: 34, rowCount: 24, isUnicode: true)
    for gaps in [[gap(from: 60, to: 179)], [gap(from: nil, to: 10), gap(from: 70, to: 120)]] {
      let text = HistoryPlot(rows: rows(steps), gaps: gaps, surface: surface).text
      let picture = dots(in: text).map { $0.contains(true) }
      let between = between(1, 2, of: picture, stepCount: steps.count)
      #expect(between.allSatisfy { !$0 })
    }
  }

  @Test func `spans from the smallest to the largest value of a step`() {
    let steps = [[0.0, 10.0], [5.0], [4.0, 6.0]]
    let surface = PlotSurface(columnCount: 34, rowCount: 24, isUnicode: true)
    let gaps = [gap(from: 30, to: 90), gap(from: 90, to: 150)]
    let picture = dots(in: HistoryPlot(rows: rows(steps), gaps: gaps, surface: surface).text)
    let counts = picture.map { $0.filter { $0 }.count }.filter { $0 > 0 }
    // 0 … 10 fill the picture's 76 dots, 2 of the 10 are a fifth of the 75 steps between them.
    #expect(counts == [76, 1, 16])
  }

  @Test(
    arguments: [
      [0.0, 0.0], [7.2, 7.2], [-5.0, 1e300], [-1.7e308, 1.7e308], [1e-300, 2e-300],
      [1e15, 1e15 + 1], [-0.4, -0.3], [123_456.0, 123_457.0], [0.0, 100_000.0],
    ] as [[Double]])
  func `has at least two round ticks whatever the values are`(values: [Double]) {
    let surface = PlotSurface(columnCount: 60, rowCount: 24, isUnicode: true)
    let text = HistoryPlot(rows: rows([values]), gaps: [], surface: surface).text
    let labels = text.split(separator: "\n").filter { $0.contains("┤") }
      .compactMap { $0.split(separator: " ").first.flatMap { Double($0) } }
    #expect(labels.count >= 2)
    #expect(labels == labels.sorted(by: >))
    let isDrawn = dots(in: text).contains { $0.contains(true) }
    #expect(isDrawn)
    if let low = labels.last, let high = labels.first, abs(values[0]) < 1e300 {
      #expect(low <= values[0] && min(1e300, values[1]) <= high)
    }
  }

  @Test func `shows local times as they were where clocks change`() {
    // 2026-03-29T01:00Z: the clocks of Berlin went from 02:00 to 03:00.
    let begin = Timestamp(milliseconds: 1_774_738_800_000)  // 2026-03-28T23:00Z
    let rows = (0..<6).map { hour in
      var figures = StepFigures(
        start: begin + .seconds(3600 * hour), end: begin + .seconds(3600 * (hour + 1)))
      figures.minimum = 1
      figures.maximum = 1
      figures.first = 1
      figures.last = 1
      return AggregateRow(plan: .sample(zone: "Europe/Berlin"), series: series, figures: figures)
    }
    let surface = PlotSurface(columnCount: 80, rowCount: 9, isUnicode: false)
    let lines = HistoryPlot(rows: rows, gaps: [], surface: surface).text.split(separator: "\n")
    #expect(
      lines[lines.count - 2].split(separator: " ") == [
        "03-29", "01:00", "03:00", "04:00", "05:00", "06:00",
      ])
    #expect(
      lines.last
        == "from 2026-03-29 00:00:00.000 +01:00 to 2026-03-29 07:00:00.000 +02:00")
  }

  @Test func `of steps without a value is said in words`() {
    #expect(
      HistoryPlot(rows: rows([[], []]), gaps: [], surface: small).text == "no samples are stored\n")
    #expect(HistoryPlot(rows: [], gaps: [], surface: small).text == "no samples are stored\n")
  }

  @Test(arguments: [1, 3, 15, 16, 17, 100, 1000])
  func `has room for any number of steps`(count: Int) {
    let rows = rows((0..<count).map { [Double($0 % 7)] })
    for surface in [small, plain] {
      let lines = HistoryPlot(rows: rows, gaps: [], surface: surface).text.split(
        separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count - 1 == 8)
      // The last line says from when to when, whatever its length.
      for line in lines.dropLast(2) { #expect(line.count <= 30) }
    }
  }
}
