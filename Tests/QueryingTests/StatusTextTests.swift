import Testing

@testable import Querying

/// The status as lines of text.
@Suite struct `The status in words` {
  @Test func `on a terminal a long alarm goes on below its beginning, and is whole in a pipe`() {
    var status = StatusAnswer.sample
    let alarm =
      "readings are lost in 1 place, the first: raw.pages offset 12288, venue-01/main, the page is "
      + "damaged and somewhatlongerthanalineofaterminalofeightycolumnsisaltogetherwithoutanyspace 坏了"
    status.systemAlarms = [alarm]
    #expect(status.printed(on: .test(lineWidth: nil)).contains("\nsystem     ● \(alarm)\n"))
    #expect(
      status.printed(on: .test(lineWidth: 80)).hasSuffix(
        """
        system     ● readings are lost in 1 place, the first: raw.pages offset 12288,
                   venue-01/main, the page is damaged and
                   somewhatlongerthanalineofaterminalofeightycolumnsisaltogetherwithoutanyspace
                   坏了

        """))
  }
}
