import PoolModel
import Querying
import Testing

@Suite struct `Answers as comma-separated values` {
  private let plan = Plan.sample
  private let series = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
  private let time = Timestamp(milliseconds: 1_768_953_600_250)

  private func row(value: Double, flag: QualityFlag) -> HistoryRow {
    HistoryRow(
      plan: plan, series: series, time: time,
      sample: Sample(parameter: ParameterNumber(0), value: value, flag: flag))
  }

  @Test func `rows stand under a heading of the keys, lines end with CR LF, null is empty`() {
    var stream = AnswerCSV.Stream<HistoryRow>(for: .script)
    var text = ""
    stream.append(row(value: 0.52, flag: .good), to: &text)
    stream.append(row(value: .nan, flag: .missing), to: &text)
    text += stream.end()
    #expect(
      text == "venue,pool,parameter,time,value,unit,flag\r\n"
        + "venue-01,main,free_chlorine,2026-01-21T08:00:00.250+08:00,0.52,mg/L,good\r\n"
        + "venue-01,main,free_chlorine,2026-01-21T08:00:00.250+08:00,,mg/L,missing\r\n")
  }

  @Test func `an answer without rows is a heading`() {
    let stream = AnswerCSV.Stream<GapRow>(for: .spreadsheet)
    #expect(stream.end() == "\u{FEFF}venue,pool,parameter,from_time,to_time,n_missing,kind\r\n")
    #expect(
      AnswerCSV.Stream<CoverageRow>(for: .script).end()
        == "n_due,n_received,n_valid,transmission_rate,validity_rate,"
        + "effective_transmission_rate,n_lost\r\n")
  }

  // RFC 4180 section 2, rules 5 to 7; control characters are no TEXTDATA there.
  @Test(arguments: [
    ("plain 池", "plain 池"), ("", ""), ("a,b", "\"a,b\""), ("b\"bb", "\"b\"\"bb\""),
    ("b\r\nbb", "\"b\r\nbb\""), ("b\nb", "\"b\nb\""), ("b\rb", "\"b\rb\""), ("\"", "\"\"\"\""),
    ("a\u{1B}[2J\u{0}\u{9B}", "a\\u{1b}[2J\\u{0}\\u{9b}"),
  ])
  func `text is quoted where it has to be`(text: String, field: String) {
    #expect(AnswerCSV.object(ErrorAnswer(error: text), for: .script) == "error\r\n\(field)\r\n")
  }

  @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=\"a\",b"])
  func `a spreadsheet program is given no formula, a script every text`(text: String) {
    let quoted = "\"" + text.replacing("\"", with: "\"\"") + "\""
    let needsQuotes = text.contains("\"")
    #expect(
      AnswerCSV.object(ErrorAnswer(error: text), for: .script)
        == "error\r\n\(needsQuotes ? quoted : text)\r\n")
    let marked = AnswerCSV.object(ErrorAnswer(error: text), for: .spreadsheet)
    #expect(marked.hasPrefix("\u{FEFF}error\r\n"))
    #expect(marked.contains(needsQuotes ? "\"'=" : "'" + text))
  }

  @Test func `a number is no formula`() {
    var stream = AnswerCSV.Stream<HistoryRow>(for: .spreadsheet)
    var text = ""
    stream.append(row(value: -0.5, flag: .fail), to: &text)
    #expect(text.contains(",-0.5,"))
  }

  @Test func `lists and counts are one field`() {
    let text = AnswerCSV.object(StatusAnswer.sample, for: .script)
    #expect(text.contains(",bad_json=3;unknown_pool=1,true,61,1000000,false,0.25,0.06,,1.2.3,"))
    #expect(text.hasSuffix(",the disk is full\r\n"))
  }
}
