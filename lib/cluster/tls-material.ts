import 'server-only'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import { ClusterError } from './errors'

/** The TLS side of a connection; everything is PEM. */
export type TlsMaterial = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>

/** PEM as base64 in the kubeconfig or in a file, or as text of a credential plugin; `name` says where it came from. */
export type PemSource = { name: string; data?: string | null; file?: string | null; text?: string | null }

/**
 * The certificates that are trusted. Blocks that are no certificate are passed over as in Go, but one has to be there.
 * Throws `bad-credentials` before anything is sent.
 */
export function readAuthority(source: PemSource): string | undefined {
  const text = readPem(source)
  if (text === undefined) return undefined
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const found = blocks.filter((block) => certificateOf(block) !== null)
  if (found.length > 0) return `${found.join('\n')}\n`
  throw unusable(source, blocks.length > 0 ? 'its certificates cannot be read' : 'it holds no certificate')
}

/**
 * A client certificate with its key, and when it ends. Throws `bad-credentials` for what OpenSSL would refuse in the
 * middle of a request: no certificate, no key, a key with a passphrase, the key of another certificate.
 */
export function readIdentity(
  certificate: PemSource,
  key: PemSource,
): (Pick<TlsMaterial, 'cert' | 'key'> & { end: string | null }) | undefined {
  const cert = readPem(certificate)
  const secret = readPem(key)
  if (cert === undefined || secret === undefined) return undefined
  const leaf = certificateOf(cert)
  if (leaf === null) throw unusable(certificate, 'it holds no certificate')
  if (/ENCRYPTED/.test(secret)) throw unusable(key, 'it is encrypted, and nobody can type its passphrase here')
  let known
  try {
    known = createPrivateKey(secret)
  } catch (cause) {
    throw unusable(key, 'it holds no private key', cause)
  }
  if (!leaf.checkPrivateKey(known)) throw unusable(key, 'it is the key of another certificate')
  try {
    createSecureContext({ cert, key: secret })
  } catch (cause) {
    throw unusable(certificate, cause instanceof Error ? cause.message : String(cause), cause)
  }
  const end = new Date(leaf.validTo)
  return { cert, key: secret, end: Number.isNaN(end.getTime()) ? null : end.toISOString() }
}

function readPem(source: PemSource): string | undefined {
  if (source.text) return source.text
  if (source.data) return Buffer.from(source.data, 'base64').toString('latin1')
  if (!source.file) return undefined
  try {
    return readFileSync(source.file, 'latin1')
  } catch (cause) {
    throw unusable(source, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function certificateOf(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

function unusable(source: PemSource, why: string, cause?: unknown): ClusterError {
  return new ClusterError('bad-credentials', `The ${source.name} cannot be used: ${why}.`, {
    tried: source.file ?? source.name,
    cause,
  })
}
