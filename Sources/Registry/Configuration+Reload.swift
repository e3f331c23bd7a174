import PoolModel

extension Configuration {
  /// What is in force when `new` is loaded while a daemon runs by this configuration.
  ///
  /// Plan, limits, rules, quality control, people, gateways and the limits of intake are those of `new`. The rest cannot
  /// change without a restart and stays as it is, also the name as a Sparkplug host: the broker was told
  /// at the connection what to say when we are lost.
  ///
  /// - Parameter new: a configuration that was loaded.
  /// - Returns: what to put in force, and the sections of `new` that differ and are not.
  public func reloaded(with new: Configuration) -> (settings: Configuration, fixed: [String]) {
    let settings = Configuration(
      broker: broker, store: store, api: api, mail: mail, quarantineEntries: quarantineEntries,
      intake: new.intake.withHost(intake.sparkplugHost), plan: new.plan, profiles: new.profiles,
      rules: new.rules, quality: new.quality, people: new.people, gateways: new.gateways)
    var fixed: [String] = []
    if new.broker != broker { fixed.append("broker") }
    if new.store != store { fixed.append("store") }
    if new.api != api { fixed.append("api") }
    if new.mail != mail { fixed.append("mail") }
    if new.quarantineEntries != quarantineEntries { fixed.append("quarantine") }
    if new.intake.sparkplugHost != intake.sparkplugHost { fixed.append("intake.sparkplug_host") }
    return (settings, fixed)
  }
}

extension Configuration.Intake {
  /// The same limits under the name `host`.
  fileprivate func withHost(_ host: String?) -> Self {
    Self(
      payloadByteCount: payloadByteCount, arrayReadingCount: arrayReadingCount,
      topicByteCount: topicByteCount, burst: burst, sparkplugHost: host)
  }
}
