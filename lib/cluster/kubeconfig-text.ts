import 'server-only'
import { Composer, LineCounter, Parser, type Tags } from 'yaml'

/**
 * The value that a kubeconfig file holds, read as kubectl reads it (sigs.k8s.io/yaml over go-yaml v2): UTF-8, or UTF-16
 * with a byte order mark; of several documents the first; of two equal keys the last; YAML 1.1 words such as `yes`, with
 * merge keys. Undefined for a file without content. Throws an `Error` whose message says the line.
 */
export function readKubeconfigText(bytes: Uint8Array): unknown {
  const lines = new LineCounter()
  const composer = new Composer({ version: '1.1', uniqueKeys: false, prettyErrors: false, customTags: plainTags })
  const tokens = new Parser(lines.addNewLine).parse(decode(bytes))
  for (const document of composer.compose(tokens)) {
    const error = document.errors[0]
    if (error) {
      const { line, col } = lines.linePos(error.pos[0])
      throw new Error(`line ${line}, column ${col}: ${error.message}`)
    }
    return document.toJS({ maxAliasCount: 100 }) as unknown
  }
  return undefined
}

/** go-yaml leaves dates and times of day as text, and knows no sets and no bytes. */
function plainTags(tags: Tags): Tags {
  const left = /:(?:timestamp|binary|omap|pairs|set)$/
  return tags.filter(
    (tag) => typeof tag === 'string' || !(left.test(tag.tag) || ('format' in tag && tag.format === 'TIME')),
  )
}

function decode(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new Error(`it is not text in ${encoding.toUpperCase()}`)
  }
}
