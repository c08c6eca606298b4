import 'server-only'
import { isIP, isIPv6 } from 'node:net'
import { homedir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { isLabel, isObjectName, isPort } from '@/lib/names'

/** Everything that can be set from outside, read once and checked. Times are in seconds. */
export type Settings = {
  host: string
  /** 0 takes any free port. */
  port: number
  /** `ORDINAL_SERVER`: the plain URL of an API server, such as `http://localhost:8001`. */
  server: URL | null
  /** `KUBECONFIG`, split; empty means the default path. */
  kubeconfigPaths: readonly string[]
  /** `ORDINAL_CLUSTER`: the context that is opened first, by name or id. */
  cluster: string | null
  /** `ORDINAL_DEMO`: the embedded demo cluster was asked for, whatever else is configured. */
  demo: boolean
  readOnly: boolean
  /** `ORDINAL_NAMESPACES`: look only there; empty looks everywhere. */
  namespaces: readonly string[]
  /** After how long without a reader a cluster's connections are closed. */
  idleSeconds: number
  /** The largest number of replicas that a scale may ask for. */
  maxReplicas: number
  /** `ORDINAL_CHANGES_PER_MINUTE`: how many changes one person may make in a minute. */
  changesPerMinute: number
  /** `ORDINAL_STATE`: the folder for what must outlive the process. */
  stateDirectory: string
  /** `ORDINAL_DNS_SERVER`: asked for the cluster's names instead of the server that Ordinal would find. */
  dnsServer: { host: string; port: number } | null
  /** How long a credential plugin may take. */
  execTimeoutSeconds: number
  /** The in-cluster account, when this process runs in a pod. */
  inCluster: { server: URL; directory: string } | null
}

/** What was wrong, one line for each variable. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const flag = z
  .string()
  .optional()
  .transform((value, context) => {
    const word = (value ?? '').trim().toLowerCase()
    if (['1', 'true', 'yes', 'on'].includes(word)) return true
    if (['', '0', 'false', 'no', 'off'].includes(word)) return false
    context.addIssue({ code: 'custom', message: 'is neither true nor false; write 1 or 0' })
    return z.NEVER
  })

const whole = (least: number, most: number, fallback: number) =>
  z
    .string()
    .optional()
    .transform((value, context) => {
      if (value === undefined || value.trim() === '') return fallback
      const number = Number(value)
      if (/^\d+$/.test(value.trim()) && number >= least && number <= most) return number
      context.addIssue({ code: 'custom', message: `is not a whole number from ${least} to ${most}` })
      return z.NEVER
    })

const words = z
  .string()
  .optional()
  .transform((value) => (value?.trim() ? value.trim() : null))

const serverUrl = words.transform((value, context) => {
  if (value === null) return null
  const url = URL.parse(value)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    context.addIssue({ code: 'custom', message: 'is not an http or https URL' })
    return z.NEVER
  }
  if (url.username || url.password || url.search || url.hash) {
    context.addIssue({ code: 'custom', message: 'may hold no user, password, query or fragment' })
    return z.NEVER
  }
  return url
})

const dnsServer = words.transform((value, context) => {
  if (value === null) return null
  const [, bracketed, plain, port = '53'] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(value) ?? []
  const host = bracketed ?? plain
  const isHost =
    bracketed !== undefined ? isIPv6(bracketed) : plain !== undefined && (isIP(plain) !== 0 || isName(plain))
  if (host !== undefined && isHost && isPort(Number(port))) return { host, port: Number(port) }
  context.addIssue({ code: 'custom', message: 'is not host:port; write 10.96.0.10:53 or [fd00::a]:53' })
  return z.NEVER
})

/** A host's name; numbers and dots alone are a mistyped address. */
const isName = (text: string): boolean => isObjectName(text.toLowerCase()) && !/^[0-9.]+$/.test(text)

const namespaceList = words.transform((value, context) => {
  const names = (value ?? '').split(',').flatMap((name) => name.trim() || [])
  const bad = names.find((name) => !isLabel(name))
  if (bad === undefined) return names
  context.addIssue({ code: 'custom', message: `holds "${bad.slice(0, 70)}", which is no namespace` })
  return z.NEVER
})

declare module 'zod' {
  interface GlobalMeta {
    /** What holds when a variable is not set, where the schema's own value does not say it. */
    fallback?: string
  }
}

/** Every variable, with what the README says of it; one without a description is for inside a cluster or for tests. */
const schema = z.object({
  PORT: whole(0, 65535, 3000).describe('the port that it listens on; 0 takes any free one'),
  HOST: words
    .transform((value) => value ?? '127.0.0.1')
    .describe('the address that it listens on; only loopback is allowed'),
  ORDINAL_SERVER: serverUrl.describe('the URL of an API server without credentials, such as `kubectl proxy`'),
  KUBECONFIG: words
    .transform((value) => (value ?? '').split(process.platform === 'win32' ? ';' : ':').filter(Boolean))
    .meta({ description: 'kubeconfig files', fallback: '`~/.kube/config`' }),
  ORDINAL_CLUSTER: words.meta({ description: 'the context that opens first', fallback: 'the current context' }),
  ORDINAL_DEMO: flag,
  ORDINAL_NAMESPACES: namespaceList.meta({ description: 'look only there', fallback: 'everywhere' }),
  READ_ONLY: flag.meta({ description: '`1`: refuse every write on the server', fallback: 'off' }),
  ORDINAL_MAX_REPLICAS: whole(1, 100_000, 1000).describe('the most that a scale may ask for'),
  ORDINAL_CHANGES_PER_MINUTE: whole(1, 100_000, 60).describe(
    'changes of one person in a minute; in an hour three times as many forced deletions and finalizers',
  ),
  ORDINAL_IDLE_SECONDS: whole(1, 86_400, 300).describe("close a cluster's connections after so long without a reader"),
  ORDINAL_STATE: words.meta({
    description: 'the folder for what must outlive a restart: pods that may still run beside their successor',
    fallback: '`~/.local/state/ordinal`',
  }),
  XDG_STATE_HOME: words,
  ORDINAL_DNS_SERVER: dnsServer.meta({
    description: "the server that is asked for the cluster's names, as host:port, over TCP",
    fallback: "a pod of the cluster's DNS",
  }),
  ORDINAL_EXEC_TIMEOUT_SECONDS: whole(1, 600, 30).describe('how long a credential plugin may take'),
  KUBERNETES_SERVICE_HOST: words,
  KUBERNETES_SERVICE_PORT: whole(1, 65535, 443),
  ORDINAL_SERVICE_ACCOUNT: words.transform((value) => value ?? '/var/run/secrets/kubernetes.io/serviceaccount'),
})

export type Variable = { name: string; meaning: string; fallback: string }

/** The variables that a person may set, in the order of the README. */
export function variables(): Variable[] {
  const unset: Readonly<Record<string, unknown>> = schema.parse({})
  return Object.entries(schema.shape).flatMap(([name, each]) => {
    const meta = each.meta()
    const value = unset[name]
    const own = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
    return meta?.description === undefined ? [] : [{ name, meaning: meta.description, fallback: meta.fallback ?? own }]
  })
}

/** Reads the settings from an environment. Throws `SettingsError` that names every variable that is wrong. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const result = schema.safeParse(environment)
  if (!result.success) {
    const lines = result.error.issues.map((issue) => {
      const name = String(issue.path[0])
      return `${name}=${JSON.stringify((environment[name] ?? '').slice(0, 100))} ${issue.message}.`
    })
    throw new SettingsError(lines.join('\n'))
  }
  const env = result.data
  const host = env.KUBERNETES_SERVICE_HOST
  return {
    host: env.HOST,
    port: env.PORT,
    server: env.ORDINAL_SERVER,
    kubeconfigPaths: env.KUBECONFIG,
    cluster: env.ORDINAL_CLUSTER,
    demo: env.ORDINAL_DEMO,
    readOnly: env.READ_ONLY,
    namespaces: env.ORDINAL_NAMESPACES,
    idleSeconds: env.ORDINAL_IDLE_SECONDS,
    maxReplicas: env.ORDINAL_MAX_REPLICAS,
    changesPerMinute: env.ORDINAL_CHANGES_PER_MINUTE,
    stateDirectory:
      env.ORDINAL_STATE ?? path.join(env.XDG_STATE_HOME ?? path.join(homedir(), '.local', 'state'), 'ordinal'),
    dnsServer: env.ORDINAL_DNS_SERVER,
    execTimeoutSeconds: env.ORDINAL_EXEC_TIMEOUT_SECONDS,
    inCluster:
      host === null
        ? null
        : {
            server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${env.KUBERNETES_SERVICE_PORT}`),
            directory: env.ORDINAL_SERVICE_ACCOUNT,
          },
  }
}

let read: Settings | undefined

/** The settings of this process, read on first use. */
export function settings(): Settings {
  read ??= readSettings(process.env)
  return read
}
