import Foundation
import PoolModel

/// When an X.509 certificate (RFC 5280, 4.1.2.5) or a list of revoked ones ends, and nothing else of it.
enum CertificateEnd {
  /// The end of the first certificate in `pem` (RFC 7468); nil when there is none that can be read.
  static func first(inPEM pem: String) -> Timestamp? {
    blocks(of: "CERTIFICATE", inPEM: pem).first.flatMap(notAfter)
  }

  /// The ends of all certificates in `pem`, as far as they can be read.
  static func all(inPEM pem: String) -> [Timestamp] {
    blocks(of: "CERTIFICATE", inPEM: pem).compactMap(notAfter)
  }

  /// When the lists of revoked certificates in `pem` end, as far as they say so.
  static func revocationLists(inPEM pem: String) -> [Timestamp] {
    blocks(of: "X509 CRL", inPEM: pem).compactMap(nextUpdate)
  }

  /// What stands between each BEGIN and END of `label`.
  private static func blocks(of label: String, inPEM pem: String) -> [[UInt8]] {
    let (begin, end) = ("-----BEGIN \(label)-----", "-----END \(label)-----")
    var blocks: [[UInt8]] = []
    var rest = pem[...]
    while let opening = rest.range(of: begin),
      let closing = rest.range(of: end, range: opening.upperBound..<rest.endIndex)
    {
      let bytes = Data(
        base64Encoded: String(rest[opening.upperBound..<closing.lowerBound]),
        options: .ignoreUnknownCharacters)
      if let bytes { blocks.append([UInt8](bytes)) }
      rest = rest[closing.upperBound...]
    }
    return blocks
  }

  /// `nextUpdate` of the list of revoked certificates (RFC 5280, 5.1) whose DER encoding is `bytes`; nil when
  /// it is none, or says nothing of it.
  ///
  ///     CertificateList ::= SEQUENCE { tbsCertList SEQUENCE {
  ///       version INTEGER (left out in version 1), signature SEQUENCE, issuer SEQUENCE,
  ///       thisUpdate, nextUpdate (may be left out), … }, … }
  static func nextUpdate(_ bytes: [UInt8]) -> Timestamp? {
    var outside = Reader(bytes[...])
    guard var list = outside.element(0x30), var body = list.element(0x30) else { return nil }
    _ = body.element(0x02)
    guard body.element(0x30) != nil, body.element(0x30) != nil, body.time() != nil else {
      return nil
    }
    return body.time()
  }

  /// `notAfter` of the certificate whose DER encoding is `bytes`; nil when it is none.
  ///
  ///     Certificate ::= SEQUENCE { tbsCertificate SEQUENCE {
  ///       [0] version (left out in version 1), serialNumber INTEGER, signature SEQUENCE,
  ///       issuer SEQUENCE, validity SEQUENCE { notBefore, notAfter }, … }, … }
  static func notAfter(_ bytes: [UInt8]) -> Timestamp? {
    var outside = Reader(bytes[...])
    guard var certificate = outside.element(0x30), var body = certificate.element(0x30) else {
      return nil
    }
    _ = body.element(0xA0)
    guard body.element(0x02) != nil, body.element(0x30) != nil, body.element(0x30) != nil,
      var validity = body.element(0x30), validity.time() != nil
    else { return nil }
    return validity.time()
  }

  /// Reads elements from the front of a DER encoding (X.690): a tag, a length, the content.
  private struct Reader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
      self.bytes = bytes
    }

    /// The content of the next element, when its tag is `tag`; else nothing is taken.
    mutating func element(_ tag: UInt8) -> Reader? {
      guard bytes.first == tag, bytes.count >= 2 else { return nil }
      var position = bytes.startIndex + 1
      var byteCount = Int(bytes[position])
      position += 1
      if byteCount > 0x80 {
        let digitCount = byteCount - 0x80
        guard digitCount <= 3, bytes.endIndex - position >= digitCount else { return nil }
        byteCount = bytes[position..<position + digitCount].reduce(0) { $0 << 8 | Int($1) }
        position += digitCount
      }
      guard byteCount != 0x80, bytes.endIndex - position >= byteCount else { return nil }
      let content = bytes[position..<position + byteCount]
      bytes = bytes[(position + byteCount)...]
      return Reader(content)
    }

    /// The next element as a time in UTC, with two digits of the year (1950…2049) or four.
    mutating func time() -> Timestamp? {
      let short = element(0x17)
      guard let content = short ?? element(0x18) else { return nil }
      var digits = String(decoding: content.bytes, as: UTF8.self)
      if short != nil { digits = (digits < "5" ? "20" : "19") + digits }
      guard digits.count == 15, digits.hasSuffix("Z") else { return nil }
      let part = { (range: Range<Int>) in String(Array(digits)[range]) }
      return Timestamp(
        rfc3339: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12))"
          + ":\(part(12..<14))Z")
    }
  }
}
