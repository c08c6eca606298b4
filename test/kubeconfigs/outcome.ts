import { z } from 'zod'
import type { Arrived, Listener } from './listener'

const arrivedSchema = z.object({
  tls: z.boolean(),
  path: z.string(),
  authorization: z.string().nullable(),
  impersonation: z.record(z.string(), z.string()),
  certificate: z.string().nullable(),
  servername: z.string().nullable(),
  proxied: z.boolean(),
  /** What a credential plugin was told, when its token tells it back. */
  told: z.unknown().optional(),
})

/** What a client did with a kubeconfig: the request that arrived, or the words it refused with. */
export const outcomeSchema = z.union([z.object({ connects: arrivedSchema }), z.object({ refuses: z.string() })])
export type Outcome = z.infer<typeof outcomeSchema>

export const recordedSchema = z.object({
  kubectl: z.string(),
  clientNode: z.string(),
  cases: z.record(z.string(), z.object({ kubectl: outcomeSchema, clientNode: outcomeSchema })),
})

/** The last request that arrived, without what differs from run to run. */
export function connected(listener: Listener): Outcome | null {
  const last: Arrived | undefined = listener.arrived.at(-1)
  if (last === undefined) return null
  const told = /^Bearer told\.(.*)$/.exec(last.authorization ?? '')?.[1]
  if (told === undefined) return { connects: { ...last } }
  const authorization = 'Bearer told'
  const words = Buffer.from(told, 'base64').toString('utf8').replaceAll(String(listener.port), 'PORT')
  const info = JSON.parse(words) as { spec?: { cluster?: Record<string, unknown> } }
  const cluster = info.spec?.cluster
  // Certificates are new in each run.
  const authority = cluster?.['certificate-authority-data']
  if (cluster && authority !== undefined) {
    const isPem = Buffer.from(String(authority), 'base64').toString('latin1').startsWith('-----BEGIN')
    cluster['certificate-authority-data'] = isPem ? 'BASE64 OF PEM' : authority
  }
  return { connects: { ...last, authorization, told: info } }
}

/** Words without what differs from run to run. */
export function words(text: string, folder: string, listener: Listener): string {
  return text
    .replaceAll(folder, 'FOLDER')
    .replaceAll(String(listener.port), 'PORT')
    .replaceAll(String(listener.proxyPort), 'PROXY')
    .replaceAll(/^[EIW]\d{4} [\d:.]+ +\d+ /gm, '')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, 'TIME')
    .replaceAll(/0x[0-9a-f]{6,}/g, 'ADDRESS')
    .replaceAll(/127\.0\.0\.\d:\d{5}(?=->)/g, '127.0.0.1:CLIENT')
    .trim()
    .slice(-400)
}
