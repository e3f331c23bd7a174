/// What this program calls itself.
public enum Release {
  /// The version, as Semantic Versioning has it.
  public static let version = "0.1.0"
}
