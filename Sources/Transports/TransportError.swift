/// A transfer that did not succeed.
public struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was attempted, such as `sending mail` or `GET /v1/status`.
  public let action: String
  /// With whom: a URL such as `smtp://mail.example:25`, or the path of a Unix socket.
  public let address: String
  /// libcurl's code (`CURLcode`); 0 when libcurl was never asked.
  public let curlCode: UInt32
  /// The code of the server's last reply, SMTP or HTTP; 0 when there was none.
  public let reply: Int
  /// The system's error number behind a failed connection; 0 when there is none.
  public let systemCode: Int32
  /// libcurl's or our words for what went wrong, with the server's where it sent any.
  public let reason: String

  /// A failure of `action` with `address`.
  public init(
    action: String, address: String, curlCode: UInt32, reply: Int, systemCode: Int32,
    reason: String
  ) {
    self.action = action
    self.address = address
    self.curlCode = curlCode
    self.reply = reply
    self.systemCode = systemCode
    self.reason = reason
  }

  /// What failed, with whom, and why.
  public var description: String {
    let server = reply == 0 ? "" : ", the server's last reply was \(reply)"
    let curl = curlCode == 0 ? "" : " (curl \(curlCode)\(server))"
    return "\(action) failed with \(address): \(reason)\(curl)"
  }
}
