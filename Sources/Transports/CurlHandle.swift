import CCurl
import PoolModel

/// The one owner of a libcurl handle: made in `init`, freed in `deinit`.
///
/// One handle makes one transfer. No transfer follows a redirect, asks the environment for a proxy
/// or installs a signal handler.
@safe final class CurlHandle {
  /// What is being attempted, for errors.
  let action: String
  /// With whom, for errors.
  let address: String
  private let handle: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  private var list: UnsafeMutablePointer<curl_slist>?

  /// A handle for a transfer by one of `protocols` (comma-separated, such as `smtp,smtps`).
  init(
    _ action: String, with address: String, protocols: String
  ) throws(TransportError) {
    self.action = action
    self.address = address
    guard Self.isLibraryReady, let handle = unsafe curl_easy_init() else {
      throw TransportError(
        action: action, address: address, curlCode: CURLE_FAILED_INIT.rawValue, reply: 0,
        systemCode: 0, reason: "libcurl could not be initialized")
    }
    unsafe self.handle = handle
    unsafe list = nil
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try unsafe set(CURLOPT_ERRORBUFFER, pointer: errorText)
    try set(CURLOPT_PROTOCOLS_STR, protocols)
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_NOSIGNAL, 1)
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    unsafe curl_slist_free_all(list)
    unsafe errorText.deallocate()
  }

  /// Once per process, before the first handle.
  ///
  /// Never undone: handles may live until the end.
  private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
    try check(unsafe ccurl_set_long(handle, option, value))
  }

  /// nil puts the option back to none.
  func set(_ option: CURLoption, _ value: String?) throws(TransportError) {
    try check(unsafe ccurl_set_string(handle, option, value))
  }

  /// The time in whole milliseconds, at least 1: libcurl takes 0 for "no limit".
  func set(_ option: CURLoption, milliseconds value: Duration) throws(TransportError) {
    try set(option, Int(min(max(1, value.wholeMilliseconds), 1_000_000_000)))
  }

  /// Once per handle: it owns one list.
  func set(_ option: CURLoption, list values: [String]) throws(TransportError) {
    precondition(unsafe list == nil, "a handle holds one list")
    for value in values {
      guard let longer = unsafe curl_slist_append(list, value) else {
        throw error(CURLE_OUT_OF_MEMORY)
      }
      unsafe list = longer
    }
    try check(unsafe ccurl_set_list(handle, option, list))
  }

  /// Hands over `bytes` as the body of an HTTP request; libcurl copies them.
  func setBody(_ bytes: [UInt8]) throws(TransportError) {
    try check(
      unsafe ccurl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
    // libcurl reads nothing from the pointer when the size is 0, but must not get a null pointer.
    var copy = bytes.isEmpty ? [0] : bytes
    let code = unsafe copy.withUnsafeMutableBytes {
      unsafe ccurl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
    }
    try check(code)
  }

  /// Makes the transfer, `transfer` giving and taking its bytes.
  func perform(_ transfer: Transfer) throws(TransportError) {
    let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
    try unsafe set(CURLOPT_READDATA, pointer: context)
    try unsafe set(CURLOPT_WRITEDATA, pointer: context)
    try unsafe set(CURLOPT_HEADERDATA, pointer: context)
    try check(unsafe ccurl_set_transfer(handle, CURLOPT_READFUNCTION, Transfer.read))
    try check(unsafe ccurl_set_transfer(handle, CURLOPT_WRITEFUNCTION, Transfer.write))
    try check(unsafe ccurl_set_transfer(handle, CURLOPT_HEADERFUNCTION, Transfer.header))
    let code = withExtendedLifetime(transfer) { unsafe curl_easy_perform(handle) }
    guard code == CURLE_OK else { throw error(code, said: transfer.reply(replyCode)) }
  }

  /// The code of the server's last reply; 0 when there was none.
  var replyCode: Int { information(CURLINFO_RESPONSE_CODE) }

  /// The server's certificates in PEM, its own first, when CURLOPT_CERTINFO was set to 1; after
  /// `perform`, also after one that failed at them.
  var certificates: [String] {
    guard let found = unsafe ccurl_get_certificates(handle) else { return [] }
    return unsafe (0..<Int(found.pointee.num_of_certs)).compactMap { index in
      var entry = unsafe found.pointee.certinfo[index]
      while let field = unsafe entry {
        let text = unsafe field.pointee.data.map { unsafe String(cString: $0) } ?? ""
        if text.hasPrefix("Cert:") { return String(text.dropFirst(5)) }
        unsafe entry = field.pointee.next
      }
      return nil
    }
  }

  private func set(
    _ option: CURLoption, pointer: UnsafeMutableRawPointer
  ) throws(TransportError) {
    try check(unsafe ccurl_set_pointer(handle, option, pointer))
  }

  private func information(_ information: CURLINFO) -> Int {
    var value = 0
    return unsafe ccurl_get_long(handle, information, &value) == CURLE_OK ? value : 0
  }

  private func check(_ code: CURLcode) throws(TransportError) {
    if code != CURLE_OK { throw error(code) }
  }

  private func error(_ code: CURLcode, said serverWords: String? = nil) -> TransportError {
    let detail = unsafe String(cString: errorText)
    let reason = detail.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : detail
    let words = serverWords.map { "\(reason): \($0)" }
    return TransportError(
      action: action, address: address, curlCode: code.rawValue, reply: replyCode,
      systemCode: Int32(clamping: information(CURLINFO_OS_ERRNO)), reason: words ?? reason)
  }
}
