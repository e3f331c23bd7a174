import PoolModel
import Testing

@testable import Decoding

@Suite struct `Times of mapped gateways` {
  @Test func `a time ahead of our clock is told as the payload writes it`() {
    let rows: [(MappedLayout.TimeFormat, String, String)] = [
      (
        .local(secondsFromUTC: 28_800), #""2026-01-01 09:00:00""#,
        "'2026-01-01 09:00:00', expected at most 5 minutes from now, 2026-01-01T08:05:00.000+08:00"
      ),
      (
        .rfc3339, #""2026-01-01T09:00:00+08:00""#,
        "'2026-01-01T09:00:00+08:00', expected at most 5 minutes from now, "
          + "2026-01-01T00:05:00.000+00:00"
      ),
    ]
    for (format, time, words) in rows {
      let layout = MappedLayout(readings: nil, time: "ts", timeFormat: format)
      let names = SampleGateway.names(
        .mapped(layout), [SampleGateway.value("orp_v", "orp", unit: "V")])
      let decoded = SampleGateway.decode(
        #"{"ts":\#(time),"orp_v":1}"#, by: MappedDialect(names, layout: layout))
      #expect(SamplePlan.refusal(decoded) == "future_time: ts: found \(words)")
    }
  }
}
