import 'server-only'
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { ClusterError, plain } from './errors'

const text = z.string().nullish()

const clusterSchema = z.object({
  server: z.string(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().nullish(),
  'tls-server-name': text,
  'proxy-url': text,
})

const execSchema = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  interactiveMode: text,
  provideClusterInfo: z.boolean().nullish(),
  installHint: text,
})

const userSchema = z.object({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  'as-uid': text,
  'as-groups': z.array(z.string()).nullish(),
  'as-user-extra': z.record(z.string(), z.array(z.string())).nullish(),
  exec: execSchema.nullish(),
  'auth-provider': z.object({ name: z.string(), config: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})

const contextSchema = z.object({ cluster: z.string(), user: text, namespace: text })

export type ExecConfig = z.infer<typeof execSchema>
export type KubeconfigUser = z.infer<typeof userSchema>
export type KubeconfigCluster = Omit<z.infer<typeof clusterSchema>, 'server'> & { server: URL }

/** One context with what it points to. Paths in it are absolute. */
export type KubeconfigContext = {
  name: string
  namespace: string
  userName: string
  cluster: KubeconfigCluster | null
  user: KubeconfigUser
  /** Why it cannot be used, in words; null when it can be tried. */
  broken: string | null
  /** Changes with everything that the context points to. */
  fingerprint: string
}

export type Kubeconfig = { contexts: KubeconfigContext[]; currentContext: string | null }

type Named = { name: string; value: unknown; directory: string }
type Loaded = { stamp: string; config: Kubeconfig }
const loaded = new Map<string, Loaded>()

/**
 * Reads kubeconfig files as kubectl does (k8s client-go tools/clientcmd/loader.go): the first file that names a thing
 * wins, relative paths count from their file. A broken entry harms only the contexts that use it. A file that is not
 * there is passed over unless it is the only one; a file that is not YAML throws `bad-kubeconfig`. Files are read again
 * when they change.
 */
export function loadKubeconfig(files: readonly string[]): Kubeconfig {
  const key = files.join('\n')
  const stamp = files.map(stampOf).join('\n')
  const before = loaded.get(key)
  if (before?.stamp === stamp) return before.config
  const config = merge(files.flatMap((file) => readDocument(file, files.length === 1) ?? []))
  loaded.set(key, { stamp, config })
  return config
}

type Document = { clusters: Named[]; users: Named[]; contexts: Named[]; current: string | null }

function readDocument(file: string, required: boolean): Document | null {
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch (cause) {
    if (!required && isMissing(cause)) return null
    throw bad(file, cause)
  }
  let json: unknown
  try {
    json = parseYaml(source, { maxAliasCount: 100, prettyErrors: false })
  } catch (cause) {
    throw bad(file, cause)
  }
  if (json === null || json === undefined) return { clusters: [], users: [], contexts: [], current: null }
  if (typeof json !== 'object' || Array.isArray(json)) throw bad(file, new Error('it is not a kubeconfig'))
  const document = json as Record<string, unknown>
  const directory = path.dirname(path.resolve(file))
  const named = (list: unknown, field: string): Named[] =>
    (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
      const entry = item as Record<string, unknown> | null
      return typeof entry?.name === 'string' ? [{ name: entry.name, value: entry[field], directory }] : []
    })
  const current = document['current-context']
  return {
    clusters: named(document.clusters, 'cluster'),
    users: named(document.users, 'user'),
    contexts: named(document.contexts, 'context'),
    current: typeof current === 'string' && current !== '' ? current : null,
  }
}

function merge(documents: Document[]): Kubeconfig {
  const first = (lists: Named[][]): Map<string, Named> => {
    const map = new Map<string, Named>()
    for (const entry of lists.flat()) if (!map.has(entry.name)) map.set(entry.name, entry)
    return map
  }
  const clusters = first(documents.map((document) => document.clusters))
  const users = first(documents.map((document) => document.users))
  const contexts = first(documents.map((document) => document.contexts))
  return {
    contexts: [...contexts.values()].map((entry) => resolve(entry, clusters, users)),
    currentContext: documents.find((document) => document.current !== null)?.current ?? null,
  }
}

function resolve(entry: Named, clusters: Map<string, Named>, users: Map<string, Named>): KubeconfigContext {
  const context: KubeconfigContext = {
    name: entry.name,
    namespace: 'default',
    userName: '',
    cluster: null,
    user: {},
    broken: null,
    fingerprint: '',
  }
  try {
    const { cluster: clusterName, user: userName, namespace } = check(contextSchema, entry.value, 'context')
    context.namespace = namespace || 'default'
    context.userName = userName ?? ''
    const cluster = clusters.get(clusterName)
    if (!cluster) throw new Error(`it names the cluster ${JSON.stringify(clusterName)}, which is not there`)
    context.cluster = readCluster(cluster)
    if (userName) {
      const user = users.get(userName)
      if (!user) throw new Error(`it names the user ${JSON.stringify(userName)}, which is not there`)
      context.user = readUser(user)
    }
    context.fingerprint = createHash('sha256')
      .update(JSON.stringify([context.cluster, context.user, context.userName]))
      .digest('base64url')
  } catch (error) {
    context.broken = plain(
      `Context ${JSON.stringify(entry.name)}: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
  return context
}

function readCluster(entry: Named): KubeconfigCluster {
  const cluster = check(clusterSchema, entry.value, `cluster ${JSON.stringify(entry.name)}`)
  // kubectl takes `localhost:8080` for http; every other scheme is a mistake.
  const server = URL.parse(cluster.server.includes('://') ? cluster.server : `http://${cluster.server}`)
  if (server === null || (server.protocol !== 'http:' && server.protocol !== 'https:')) {
    throw new Error(`cluster ${JSON.stringify(entry.name)}: server is not an http or https URL`)
  }
  server.username = ''
  server.password = ''
  server.search = ''
  server.hash = ''
  return { ...cluster, server, 'certificate-authority': absolute(entry, cluster['certificate-authority']) }
}

function readUser(entry: Named): KubeconfigUser {
  const user = check(userSchema, entry.value ?? {}, `user ${JSON.stringify(entry.name)}`)
  const exec = user.exec
  return {
    ...user,
    'client-certificate': absolute(entry, user['client-certificate']),
    'client-key': absolute(entry, user['client-key']),
    tokenFile: absolute(entry, user.tokenFile),
    // A command with a slash counts from the kubeconfig, a bare one is looked up in PATH (client-go clientcmd).
    ...(exec && /[/\\]/.test(exec.command)
      ? { exec: { ...exec, command: path.resolve(entry.directory, exec.command) } }
      : {}),
  }
}

function absolute(entry: Named, file: string | null | undefined): string | null {
  return file ? path.resolve(entry.directory, file) : null
}

function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new Error(`${what}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is wrong'}`)
}

function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file)
    return `${mtimeMs}:${size}:${ino}`
  } catch {
    return 'missing'
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function bad(file: string, cause: unknown): ClusterError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ClusterError('bad-kubeconfig', `The kubeconfig cannot be read: ${message}`, { tried: file, cause })
}
