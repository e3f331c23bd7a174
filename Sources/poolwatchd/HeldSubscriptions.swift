import Logging
import Records

/// The topic filters that the broker may have in our session, beyond restarts and crashes.
///
/// The broker keeps them for as long as the session, and does not tell them. So they are written down
/// before it is asked for them, and struck out when it has said that they are gone.
struct HeldSubscriptions {
  /// The filters, in the order of their bytes.
  private(set) var filters: [String]
  private let records: Records
  private let logger: Logger
  /// What Records hold; nil when that is not known.
  private var saved: [String]?

  /// What `records` hold.
  init(records: Records, logger: Logger) {
    self.records = records
    self.logger = logger
    do {
      filters = try records.subscriptions()
      saved = filters
    } catch {
      filters = []
      logger.warning("earlier subscriptions are not known", metadata: ["error": "\(error)"])
    }
  }

  /// Notes that the broker may have `filters` from now on, and no others.
  mutating func replace(with filters: [String]) {
    self.filters = Set(filters).sorted()
    guard self.filters != saved else { return }
    do {
      try records.hold(subscriptions: self.filters)
      saved = self.filters
    } catch {
      saved = nil
      logger.warning("subscriptions were not noted", metadata: ["error": "\(error)"])
    }
  }
}
