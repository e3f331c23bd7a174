import PoolModel

extension Configuration {
  /// What is in force when `new` is loaded while a daemon runs by this configuration.
  ///
  /// Plan, limits, rules, people, gateways and the limits of intake are those of `new`. The rest cannot
  /// change without a restart and stays as it is.
  ///
  /// - Parameter new: a configuration that was loaded.
  /// - Returns: what to put in force, and the sections of `new` that differ and are not.
  public func reloaded(with new: Configuration) -> (settings: Configuration, fixed: [String]) {
    let settings = Configuration(
      broker: broker, store: store, api: api, mail: mail, quarantineEntries: quarantineEntries,
      plan: new.plan, profiles: new.profiles, rules: new.rules, people: new.people)
    var fixed: [String] = []
    if new.broker != broker { fixed.append("broker") }
    if new.store != store { fixed.append("store") }
    if new.api != api { fixed.append("api") }
    if new.mail != mail { fixed.append("mail") }
    if new.quarantineEntries != quarantineEntries { fixed.append("quarantine") }
    return (settings, fixed)
  }
}
