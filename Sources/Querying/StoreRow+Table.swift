extension StoreRow: PrintedRow {
  /// The columns of the store's tiers, with the pool where the rows are about one.
  public static func table(for rows: [StoreRow]) -> TextTable {
    let place = rows.contains { $0.venue != nil } ? [placeColumn] : []
    return TextTable(
      columns: place + [
        .init("TIER"), .init("USED", alignment: .right), .init("OF", alignment: .right),
        .init("B/PT", alignment: .right), .init("OLDEST"), .init("NEWEST"),
        .init("HELD", alignment: .right), .init("EXPECTED", alignment: .right),
        .init("NEEDED", alignment: .right),
      ])
  }

  /// Which tier, how full, how well packed, from when to when, and how many days.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    var cells: [TextTable.Cell] = []
    if table.columns.first == Self.placeColumn { cells.append(.init(place)) }
    return cells + [
      .init(tier), .init(Self.size(usedByteCount)), .init(Self.size(byteCapacity)),
      .init(bytesPerPoint.map(Self.hundredths) ?? Wording.nothing), date(oldest), date(newest),
      .init(Self.days(daysHeld)), expected, .init(Self.days(daysRequired)),
    ]
  }

  /// What a plan without pools says.
  public static var nothing: String { "no pools are planned" }

  private static let placeColumn = TextTable.Column("VENUE/POOL", minimumWidth: 12)

  private var place: String {
    guard let venue, let pool else { return "all" }
    return "\(venue)/\(pool)"
  }

  /// With a mark, where it can be told, of whether it is enough.
  private var expected: TextTable.Cell {
    if isRetired == true { return .init("retired", tone: .quiet) }
    guard daysExpected != nil else { return .init(Wording.nothing) }
    let text = Self.days(daysExpected)
    return shortPools > 0 ? .init("● \(text)", tone: .alarm) : .init("✓ \(text)", tone: .good)
  }

  private func date(_ time: String?) -> TextTable.Cell {
    guard let time else { return .init(Wording.nothing) }
    let day = String(time.prefix(10))
    return .init(day, short: String(day.dropFirst(2)))
  }

  /// Below ten days with one decimal, rounded down so that too few never read as enough.
  private static func days(_ days: Double?) -> String {
    guard let days else { return Wording.nothing }
    if days >= 999_999 { return ">999999" }
    return days >= 10 ? "\(Int(days))" : Wording.number((days * 10).rounded(.down) / 10)
  }

  private static func hundredths(_ number: Double) -> String {
    let count = Int((min(number, 1e9) * 100).rounded())
    return "\(count / 100).\(count / 10 % 10)\(count % 10)"
  }

  /// A byte count in at most six columns, in the units of `ls -h`.
  static func size(_ byteCount: Int) -> String {
    var (tenths, unit) = (byteCount * 10, "B")
    for larger in ["K", "M", "G", "T"] where tenths >= 10_240 {
      (tenths, unit) = (tenths / 1024, larger)
    }
    return unit == "B" ? "\(byteCount)B" : "\(tenths / 10).\(tenths % 10)\(unit)"
  }
}
