import { createPrivateKey } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Certificate, makeCertificate } from '@/test/fixtures/certificate'
import type { KubeconfigCase } from './corpus'
import type { Listener } from './listener'

/** The certificates of the corpus: the server's own and what a client may show. */
export type Certificates = { leaf: Certificate; pem: Readonly<Record<string, string>> }

export function makeCertificates(): Certificates {
  const authority = makeCertificate({ name: 'authority', authority: true })
  const other = makeCertificate({ name: 'another authority', authority: true })
  const leaf = makeCertificate({
    name: 'api',
    issuer: authority,
    hosts: ['127.0.0.1', '::1', 'localhost', 'api.test'],
  })
  const client = makeCertificate({ name: 'jane', issuer: authority })
  const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') }
  const ended = makeCertificate({ name: 'old jane', issuer: authority, ...past })
  const key = createPrivateKey(client.key)
  return {
    leaf,
    pem: {
      ca: authority.cert,
      'other-ca': other.cert,
      cert: client.cert,
      key: client.key,
      'sec1-key': key.export({ type: 'sec1', format: 'pem' }).toString(),
      'encrypted-key': key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      'ended-cert': ended.cert,
      'ended-key': ended.key,
    },
  }
}

/** Writes the files of a case into a folder of its own; gives the folder and what `KUBECONFIG` is. */
export function place(
  one: KubeconfigCase,
  listener: Pick<Listener, 'port' | 'proxyPort'>,
  { pem }: Certificates,
): { folder: string; kubeconfig: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'ordinal-kubeconfig-'))
  const fill = (text: string) =>
    text.replaceAll(/\{\{([a-z0-9-]+)(\.pem|\.json)?\}\}/g, (_, word: string, form?: string) => {
      if (word === 'port') return String(listener.port)
      if (word === 'proxy') return String(listener.proxyPort)
      if (word === 'ca-lines') return (base64(pem.ca ?? '').match(/.{1,64}/g) ?? []).join('\\n')
      const found = pem[word]
      if (found === undefined) throw new Error(`nothing is known of {{${word}}}`)
      return form === '.pem' ? found : form === '.json' ? JSON.stringify(found) : base64(found)
    })
  for (const [name, content] of Object.entries(one.files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, filled(content, fill))
    if (name.endsWith('.sh')) chmodSync(file, 0o755)
  }
  const files = (one.kubeconfig ?? ['config']).map((name) => path.join(folder, name))
  for (const file of files) if (file.endsWith(path.sep)) mkdirSync(file)
  return { folder, kubeconfig: files.join(path.delimiter) }
}

/** Bytes that are text in another encoding are filled in that encoding. */
function filled(content: string | Uint8Array, fill: (text: string) => string): string | Uint8Array {
  if (typeof content === 'string') return fill(content)
  const bytes = Buffer.from(content)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(fill(bytes.toString('utf16le')), 'utf16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return Buffer.from(fill(Buffer.from(bytes).swap16().toString('utf16le')), 'utf16le').swap16()
  }
  return Buffer.from(fill(bytes.toString('latin1')), 'latin1')
}

function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64')
}
