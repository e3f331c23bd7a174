import PoolModel

extension Section {
  /// The names at `key`, which has to be there: English, Chinese or both.
  mutating func title(_ key: String) -> Title? {
    section(key).map { $0.title(named: key) }
  }

  /// The names at `key`; nil when it is not there.
  mutating func optionalTitle(_ key: String) -> Title? {
    optionalSection(key).map { $0.title(named: key) }
  }

  private func title(named key: String) -> Title {
    var section = self
    let english = section.optional("en", .text(200))
    let chinese = section.optional("zh", .text(200))
    if !section.has("en"), !section.has("zh") {
      report.add(place, "'\(key)' has no name, expected 'en', 'zh' or both")
    }
    section.end()
    return Title(english: english?.value ?? "", chinese: chinese?.value ?? "")
  }
}
