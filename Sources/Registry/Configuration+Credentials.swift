extension Configuration {
  /// What a path begins with that stands for a file of the service manager's, handed to the daemon
  /// alone (systemd's `LoadCredential=`).
  ///
  /// Such a path stays as it is written, and is not read with the configuration.
  public static let credentialsPrefix = "credentials/"
}
