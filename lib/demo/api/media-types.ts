/** What answers and bodies are written in. */
export const PLAIN = 'application/json'
export const PROTOBUF = 'application/vnd.kubernetes.protobuf'

/** What an Accept header lists of what can be written: as JSON first, then as protobuf. */
export function byPreference(accept: string): [type: string, parameters: string[]][] {
  const parts = accept.split(',').map((part): [string, string[]] => {
    const [type = '', ...parameters] = part.split(';').map((one) => one.trim())
    return [type, parameters]
  })
  const json = parts.filter(([type]) => type === PLAIN || type === '*/*' || type === 'application/*')
  return [...json, ...parts.filter(([type]) => type === PROTOBUF)]
}

/** Whether the answer has to be protobuf: where the Accept header takes it, and no JSON. */
export function demandsProtobuf(accept: string | undefined): boolean {
  return accept !== undefined && byPreference(accept)[0]?.[0] === PROTOBUF
}
