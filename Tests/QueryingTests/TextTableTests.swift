import Querying
import Testing

@Suite struct `Tables of text` {
  private let table = TextTable(columns: [
    .init("VENUE", minimumWidth: 4), .init("VALUE", alignment: .right),
    .init("WORDS", minimumWidth: 6),
  ])

  private func rendered(_ rows: [[TextTable.Cell]], lineWidth: Int?) -> String {
    table.rendered(rows, on: .test(lineWidth: lineWidth))
  }

  @Test func `words stand left, numbers right, and nothing trails`() {
    #expect(
      rendered([["a", "1", "x"], ["venue-01", "12.25", "yy"]], lineWidth: nil) == """
        VENUE     VALUE  WORDS
        a             1  x
        venue-01  12.25  yy

        """)
  }

  @Test func `wide characters take two columns, combining ones none`() {
    #expect(
      rendered(
        [["游泳馆", "1", "x"], ["cafe\u{301}", "2", "y"], ["\u{E000}b", "3", "z"]], lineWidth: nil)
          == """
          VENUE   VALUE  WORDS
          游泳馆      1  x
          cafe\u{301}        2  y
          \u{E000}b          3  z

          """)
  }

  @Test func `coverage on a narrow terminal cuts streets, never the ids of venues`() {
    let rows = ["putuo-swimming-01", "putuo-swimming-02"].map {
      CoverageRow(
        street: "长寿路街道办事处游泳场所", venue: $0, dueCount: 25_920, receivedCount: 25_918,
        validCount: 25_900)
    }
    let table = CoverageRow.table(for: rows)
    let text = table.rendered(rows.map { $0.cells(in: table) }, on: .test(lineWidth: 80))
    #expect(text.contains("putuo-swimming-01") && text.contains("putuo-swimming-02"))
    #expect(!text.contains("游泳场所"))
  }

  @Test func `a pipe gets every cell whole`() {
    let long = String(repeating: "行", count: 200)
    #expect(rendered([["a", "1", .init(long)]], lineWidth: nil).contains(long))
  }

  @Test(arguments: 17...60)
  func `on a terminal every line fits, down to the narrowest it can be`(lineWidth: Int) {
    let surface = TextSurface.test(lineWidth: lineWidth)
    let rows: [[TextTable.Cell]] = [
      ["venue-with-a-long-name", "1", "这是一个很长的说明文字"], ["v", "22222", "short"],
    ]
    let lines = table.rendered(rows, on: surface).split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    for line in lines { #expect(surface.width(of: line) <= lineWidth) }
    #expect(lines[2].contains("22222"))
  }

  @Test func `a cut cell ends with an ellipsis and never splits a wide character`() {
    let surface = TextSurface.test(lineWidth: 80)
    #expect(surface.cut("游泳馆", to: 6) == "游泳馆")
    #expect(surface.cut("游泳馆", to: 5) == "游泳…")
    #expect(surface.cut("游泳馆", to: 4) == "游…")
    #expect(surface.cut("游泳馆", to: 1) == "…")
  }

  @Test func `short forms come before anything is cut`() {
    let table = TextTable(columns: [.init("A"), .init("B", minimumWidth: 3)])
    let rows: [[TextTable.Cell]] = [[.init("2026-01-21 08:00", short: "08:00"), "abcdef"]]
    #expect(table.rendered(rows, on: .test(lineWidth: 24)).contains("2026-01-21 08:00  abcdef"))
    #expect(table.rendered(rows, on: .test(lineWidth: 23)).contains("\n08:00  abcdef\n"))
    #expect(table.rendered(rows, on: .test(lineWidth: 12)).contains("\n08:00 abcdef\n"))
    #expect(table.rendered(rows, on: .test(lineWidth: 11)).contains("\n08:00 abcd…\n"))
  }

  @Test func `what a terminal would obey is shown instead`() {
    let text = rendered([["\u{1B}[2J", "1", "a\nb\u{202E}c\u{9B}d"]], lineWidth: nil)
    #expect(text.contains("\\u{1b}[2J"))
    #expect(text.contains("a\\u{a}b\\u{202e}c\\u{9b}d"))
    #expect(text.split(separator: "\n").count == 2)
  }

  @Test func `colours stand around the text alone, and only where they may`() {
    let cell = TextTable.Cell("fail", tone: .alarm)
    let rows: [[TextTable.Cell]] = [[cell, "1", "x"]]
    let coloured = table.rendered(rows, on: .test(lineWidth: 80, isColoured: true))
    #expect(coloured.contains("\u{1B}[31mfail\u{1B}[0m       1  x\n"))
    #expect(!rendered(rows, lineWidth: 80).contains("\u{1B}"))
  }
}
