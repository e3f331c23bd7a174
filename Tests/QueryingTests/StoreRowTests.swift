import PoolModel
import Querying
import Testing

@Suite struct `How full the store is` {
  static let start = Timestamp(milliseconds: 1_768_953_600_000)

  private func figures(
    tier: String = "raw", sealedPages: Int = 2, sealedRows: Int = 2048, rows: Int = 2001,
    span: Duration = .seconds(2000 * 60), required: Duration = .seconds(70 * 86_400),
    room: StoreFigures.Room? = nil
  ) -> StoreFigures {
    StoreFigures(
      tier: tier, pageCapacity: 100, pageCount: sealedPages + 1, byteCapacity: 819_200,
      usedByteCount: 16_000, sealedPageCount: sealedPages, sealedRowCount: sealedRows,
      sealedValueCount: 3 * sealedRows, rowCount: rows, valueCount: 3 * rows, oldest: Self.start,
      newest: Self.start + span, interval: .seconds(60), required: required, room: room)
  }

  @Test(arguments: [
    // 1,024 rows a page make 71 days of 100 pages: 80 are required.
    (819_200, 819_200, 1024, false, StoreFigures.ShortCause.largeRows),
    (819_201, 819_200, 1024, false, .notResized),
    // Two hundred of rows more on a whole page would be enough.
    (819_200, 819_200, 1224, false, .largeRows),
    (819_200, 819_200, 1224, true, .lostPages),
    (819_200, 819_200, 1124, true, .largeRows),
    // Thirteen slots are lost.
    (925_696, 925_696, 1024, true, .lostPages),
  ])
  func `why too little will be held is told apart`(
    configured: Int, whole: Int, median: Int, hasLosses: Bool, cause: StoreFigures.ShortCause
  ) {
    func figures(_ days: Int) -> StoreFigures {
      self.figures(
        required: .seconds(days * 86_400),
        room: StoreFigures.Room(
          configuredByteCapacity: configured, wholeByteCapacity: whole,
          medianPageRowCount: median, hasLosses: hasLosses))
    }
    #expect(figures(80).shortCause == cause)
    #expect(figures(70).shortCause == nil)
    var sum = figures(70)
    sum.add(figures(80))
    #expect(sum.shortCause == cause)
    #expect(StoreRow(sum, pool: nil, zone: .utc).shortCause == cause.rawValue)
  }

  @Test func `what is expected follows from the rows of a page and the rows of a day`() throws {
    // 1,024 rows a page, 100 pages, 1,440 rows a day.
    #expect(abs(try #require(figures().expectedDays) - 71.111) < 0.001)
    // Twice as many rows came in the same time.
    #expect(abs(try #require(figures(rows: 4001).expectedDays) - 35.556) < 0.001)
    // Half of them are missing: the plan's rate holds, or an outage would look like room.
    #expect(abs(try #require(figures(rows: 1001).expectedDays) - 71.111) < 0.001)
    // Many rows in a few minutes say nothing of a day.
    #expect(abs(try #require(figures(span: .seconds(600)).expectedDays) - 71.111) < 0.001)
    // Of hours one a row is due.
    let hours = figures(tier: "hour", span: .seconds(2000 * 3600))
    #expect(abs(try #require(hours.expectedDays) - 71.111 * 60) < 0.1)
    // A half was made twice: there is one of a minute all the same.
    let minutes = figures(tier: "minute", rows: 3001)
    #expect(abs(try #require(minutes.expectedDays) - 71.111) < 0.001)
  }

  @Test func `the bytes of a value are those in full pages, where there are some`() throws {
    // 2 × 8,192 / 6,144, and 16,000 / 6,003.
    #expect(abs(try #require(figures().bytesPerPoint) - 2.66667) < 0.00001)
    let open = figures(sealedPages: 0, sealedRows: 0)
    #expect(abs(try #require(open.bytesPerPoint) - 2.66533) < 0.00001)
    #expect(figures(sealedPages: 0, sealedRows: 0, rows: 0).bytesPerPoint == nil)
  }

  @Test func `before a page is full nothing is expected`() {
    let open = figures(sealedPages: 0, sealedRows: 0, required: .seconds(1_000_000_000))
    #expect(open.expectedDays == nil)
    #expect(open.shortPoolCount == 0)
  }

  @Test func `too few days are counted as short`() {
    #expect(figures(required: .seconds(71 * 86_400)).shortPoolCount == 0)
    #expect(figures(required: .seconds(72 * 86_400)).shortPoolCount == 1)
  }

  @Test func `sums have the oldest, the newest and the fewest days`() throws {
    var sum = figures()
    sum.add(figures(sealedRows: 1024, required: .seconds(72 * 86_400)))
    #expect(sum.poolCount == 2)
    #expect(sum.usedByteCount == 32_000)
    #expect(sum.shortPoolCount == 1)
    #expect(abs(try #require(sum.expectedDays) - 35.556) < 0.001)
    let tiers = StoreFigures.byTier([
      figures(), figures(tier: "hour"), figures(), figures(tier: "hour"),
    ])
    #expect(tiers.map(\.tier) == ["raw", "hour"])
    #expect(tiers.map(\.rowCount) == [4002, 4002])
  }

  @Test func `the table fits 80 columns and marks what falls short`() {
    let surface = TextSurface(lineWidth: 80, isColoured: false) { $0.value >= 0x2E80 ? 2 : 1 }
    let zone = Zone(name: "Asia/Shanghai") ?? .utc
    let short = figures(required: .seconds(730 * 86_400))
    let rows = [
      StoreRow(figures(), pool: nil, zone: zone), StoreRow(short, pool: nil, zone: zone),
      StoreRow(figures(tier: "minute", sealedPages: 0, sealedRows: 0), pool: nil, zone: zone),
    ]
    let text = StoreRow.printed(rows, on: surface)
    #expect(
      text == """
        TIER     USED      OF  B/PT  OLDEST      NEWEST      HELD  EXPECTED  NEEDED
        raw     15.6K  800.0K  2.67  2026-01-21  2026-01-22   1.3      ✓ 71      70
        raw     15.6K  800.0K  2.67  2026-01-21  2026-01-22   1.3      ● 71     730
        minute  15.6K  800.0K  2.67  2026-01-21  2026-01-22   1.3         —      70

        """)
    let pools = rows.map { _ in
      StoreRow(short, pool: PoolID(venue: "a-venue-of-a-long-name", pool: "main"), zone: zone)
    }
    for line in StoreRow.printed(pools, on: surface).split(separator: "\n") {
      #expect(surface.width(of: String(line)) <= 80)
    }
  }

  @Test func `of a retired pool nothing is expected, and the table says so`() {
    let short = figures(required: .seconds(730 * 86_400))
    let row = StoreRow(
      short, pool: PoolID(venue: "venue-9", pool: "old"), isRetired: true, zone: .utc)
    #expect(row.shortPools == 0)
    #expect(row.daysExpected == nil)
    let surface = TextSurface(lineWidth: nil, isColoured: false) { _ in 1 }
    #expect(
      StoreRow.printed([row], on: surface) == """
        VENUE/POOL   TIER   USED      OF  B/PT  OLDEST      NEWEST      HELD  EXPECTED  NEEDED
        venue-9/old  raw   15.6K  800.0K  2.67  2026-01-21  2026-01-22   1.3   retired     730

        """)
  }

  @Test func `CSV has the keys of JSON as its heading, and quotes where they are needed`() {
    let zone = Zone.utc
    let row = StoreRow(figures(), pool: PoolID(venue: "a,\"b\"", pool: "main"), zone: zone)
    let heading =
      "venue,pool,tier,pools,short_pools,capacity_pages,used_pages,capacity_bytes,used_bytes,"
      + "rows,values,bytes_per_point,oldest,newest,days_held,days_expected,days_required,"
      + "short_cause,retired\r\n"
    let line =
      #""a,""b""",main,raw,1,0,100,3,819200,16000,2001,6003,2.6667,"#
      + "2026-01-21T00:00:00.000+00:00,2026-01-22T09:20:00.000+00:00,1.3889,71.1111,70.0,,false\r\n"
    var stream = AnswerCSV.Stream<StoreRow>(for: .script)
    var text = ""
    stream.append(row, to: &text)
    #expect(text + stream.end() == heading + line)
  }
}
