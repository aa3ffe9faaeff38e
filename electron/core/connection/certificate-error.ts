/**
 * Whether an error code of node's TLS (OpenSSL's X509_V_ERR_* names, node's own host name check) is about the
 * certificate.
 */
export function isCertificateError(code: unknown): boolean {
  return typeof code === 'string' && /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|ALTNAME/.test(code);
}
