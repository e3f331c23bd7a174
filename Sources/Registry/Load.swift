public import PoolModel

extension Configuration {
  /// Reads `poolwatch.yaml` and every file it names.
  ///
  /// Takes a second or two for a plan of 40,000 pools.
  ///
  /// - Parameters:
  ///   - path: the file of the kind `poolwatch`. Relative paths in it start at its directory, except
  ///     `store.directory` and `api.socket`, which are returned as written.
  ///   - overrides: `key.path=value` texts that take the place of single values of that file.
  ///     Relative paths in them start at the working directory.
  ///   - rules: a file of the kind `rules` in the place of the one that `path` names; nil for that one.
  ///   - pools: the pools that the plan is cut down to; nil for all. Only what is about them is left of it
  ///     and of the rules.
  ///   - read: gives the bytes of a file. Also called for certificates, keys and passwords, to know
  ///     that they are there, except below `/run/credentials/`, where systemd puts them for the
  ///     daemon alone.
  /// - Returns: the checked configuration.
  /// - Throws: `ConfigurationError` with every mistake when there is one.
  public static func load(
    path: String, overrides: [String] = [], rules: String? = nil, pools: Set<PoolID>? = nil,
    read: (String) throws -> [UInt8]
  ) throws(ConfigurationError) -> Configuration {
    let (configuration, mistakes) = withoutActuallyEscaping(read) { read in
      let loader = Loader(read: read)
      let configuration = loader.configuration(
        path: path, overrides: overrides, rules: rules, pools: pools)
      return (configuration, loader.report.mistakes)
    }
    guard mistakes.isEmpty else { throw ConfigurationError(mistakes: mistakes) }
    guard let configuration else {
      preconditionFailure("a configuration that could not be made without a mistake being reported")
    }
    return configuration
  }

  /// Loads the plan of `path` alone: a file of the kind `plan`, or one of the kind `poolwatch`, whose
  /// plan it then is.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - read: gives the bytes of a file.
  /// - Returns: the checked plan.
  /// - Throws: `ConfigurationError` with every mistake of the files read when there is one.
  public static func loadPlan(
    path: String, read: (String) throws -> [UInt8]
  ) throws(ConfigurationError) -> Plan {
    let (plan, mistakes) = withoutActuallyEscaping(read) { read in
      let loader = Loader(read: read)
      let plan = loader.plan(path: path)
      return (plan, loader.report.mistakes)
    }
    guard mistakes.isEmpty else { throw ConfigurationError(mistakes: mistakes) }
    guard let plan else {
      preconditionFailure("a plan that could not be made without a mistake being reported")
    }
    return plan
  }

  /// Checks the rules in a file beside the plan and the profiles of an installation.
  ///
  /// - Parameters:
  ///   - rules: the file of the kind `rules`; it takes the place of the installation's own.
  ///   - path: the installation's file of the kind `poolwatch`.
  ///   - overrides: as for `load(path:overrides:rules:read:)`.
  ///   - read: likewise.
  /// - Returns: every mistake of the rules and of the files beside them, and what is none but looks wrong
  ///   in the rules; both by file, then line, then column.
  public static func checkRules(
    at rules: String, of path: String, overrides: [String] = [], read: (String) throws -> [UInt8]
  ) -> (mistakes: [Mistake], warnings: [Mistake]) {
    withoutActuallyEscaping(read) { read in
      let loader = Loader(read: read)
      let warnings = loader.lint(rules: rules, path: path, overrides: overrides)
      return (loader.report.mistakes, warnings)
    }
  }

  /// Every mistake of the files at `paths`, of any kind; empty when there is none.
  ///
  /// A file of the kind `poolwatch` is checked with the files it names. Any other is checked as far
  /// as it stands alone, and against the others at `paths`: people and rules against the plan and
  /// profiles, profiles against each other.
  ///
  /// - Parameters:
  ///   - paths: the files, in the order in which their mistakes are wanted.
  ///   - read: as for `load(path:overrides:rules:read:)`.
  /// - Returns: the mistakes, by file in that order, then line, then column.
  public static func check(paths: [String], read: (String) throws -> [UInt8]) -> [Mistake] {
    findings(in: paths, read: read).mistakes
  }

  /// Every mistake of the files at `paths`, as of `check(paths:read:)`, and what is none but looks wrong in rules
  /// that stand beside a plan.
  ///
  /// - Parameters:
  ///   - paths: likewise.
  ///   - read: likewise.
  /// - Returns: both by file in that order, then line, then column.
  public static func findings(
    in paths: [String], read: (String) throws -> [UInt8]
  ) -> (mistakes: [Mistake], warnings: [Mistake]) {
    withoutActuallyEscaping(read) { read in
      let loader = Loader(read: read)
      let warnings = loader.check(paths: paths)
      return (loader.report.mistakes, warnings)
    }
  }
}
