import 'server-only'
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { z } from 'zod'
import { ClusterError, plain } from './errors'
import { readKubeconfigText } from './kubeconfig-text'
import { clusterSchema, contextSchema, type ClusterFields, userSchema, type UserFields } from './kubeconfig-entries'
import { problemOfCluster, problemOfUser } from './kubeconfig-rules'

export type ExecConfig = {
  apiVersion: string
  command: string
  args: readonly string[]
  env: readonly { name: string; value: string }[]
  interactiveMode: string
  provideClusterInfo: boolean
  installHint: string
}
export type KubeconfigUser = Omit<UserFields, 'exec'> & { name: string; exec: ExecConfig | null }
export type KubeconfigCluster = Omit<ClusterFields, 'server'> & {
  name: string
  server: URL
  /** `server` as it stands in the file: credential plugins are told this. */
  serverText: string
  /** The user and password that the server's URL holds. */
  login: { username: string; password: string } | null
  /** What the cluster's entry holds for credential plugins (KEP-541). */
  execConfig: unknown
}

/** One context with what it points to. Paths in it are absolute. */
export type KubeconfigContext = {
  name: string
  namespace: string
  userName: string
  cluster: KubeconfigCluster | null
  /** What of the user's entry counts: to a server without TLS only whom to act as, nothing secret. */
  user: KubeconfigUser
  /** Why it cannot be used, in words; null when it can be tried. */
  broken: string | null
  /** Changes with everything that the context points to. */
  fingerprint: string
}

export type Kubeconfig = {
  contexts: KubeconfigContext[]
  currentContext: string | null
  /** Each file that cannot be read; it takes nothing from the others. */
  problems: ClusterError[]
}

/** `flaw`: why the entry cannot be used, whatever it holds. */
type Named = { name: string; value: unknown; directory: string; flaw: string | null }
type Document = { clusters: Named[]; users: Named[]; contexts: Named[]; current: string | null }
type Loaded = { stamp: string; config: Kubeconfig }
const loaded = new Map<string, Loaded>()

/**
 * Reads kubeconfig files as kubectl does (k8s client-go tools/clientcmd/loader.go): the first file that names a thing
 * wins, relative paths count from their file. Where kubectl refuses everything for one wrong entry or file, a wrong entry
 * harms the contexts that use it and a wrong file itself. A file that is not there is passed over unless it is the only
 * one. Files are read again when they change.
 */
export function loadKubeconfig(named: readonly string[]): Kubeconfig {
  const files = [...new Set(named)]
  const key = files.join('\n')
  const stamp = files.map(stampOf).join('\n')
  const before = loaded.get(key)
  if (before?.stamp === stamp) return before.config
  const problems: ClusterError[] = []
  const documents = files.flatMap((file) => {
    try {
      return readDocument(file, files.length === 1) ?? []
    } catch (cause) {
      problems.push(bad(file, cause))
      return []
    }
  })
  const config = { ...merge(documents), problems }
  loaded.set(key, { stamp, config })
  return config
}

const nothing: Document = { clusters: [], users: [], contexts: [], current: null }

function readDocument(file: string, required: boolean): Document | null {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    if (!required && isMissing(cause)) return null
    throw cause
  }
  const value = readKubeconfigText(bytes) ?? null
  if (value === null) return nothing
  if (!isRecord(value)) throw new Error(`it holds ${typeWord(value)}, which is not a kubeconfig`)
  for (const [field, only] of [
    ['kind', 'Config'],
    ['apiVersion', 'v1'],
  ] as const) {
    const found = value[field] ?? ''
    if (found !== '' && found !== only) {
      throw new Error(`its ${field} is ${JSON.stringify(found)}, and a kubeconfig's is ${only}`)
    }
  }
  const directory = path.dirname(path.resolve(file))
  const current = value['current-context'] ?? ''
  if (typeof current === 'object') throw new Error(`its current-context is ${typeWord(current)}, not a name`)
  return {
    clusters: namedEntries(value, 'clusters', 'cluster', directory),
    users: namedEntries(value, 'users', 'user', directory),
    contexts: namedEntries(value, 'contexts', 'context', directory),
    current: String(current) || null,
  }
}

/** Every entry of a list, also one that cannot be used: what is passed over without a word looks as if it were not there. */
function namedEntries(document: Record<string, unknown>, list: string, field: string, directory: string): Named[] {
  const entries = document[list] ?? []
  if (!Array.isArray(entries)) throw new Error(`${list} is ${typeWord(entries)}, where a list is expected`)
  const seen = new Map<string, Named>()
  for (const [index, item] of entries.entries()) {
    const place = `${list}[${index}]`
    if (!isRecord(item)) {
      seen.set(place, { name: place, value: null, directory, flaw: `it is ${typeWord(item)}, not a ${field}` })
      continue
    }
    const raw = item.name ?? ''
    const usable = typeof raw === 'string' && raw !== ''
    const name = usable ? raw : typeof raw === 'object' || raw === '' ? place : String(raw)
    const before = seen.get(name)
    if (before) {
      before.flaw ??= `the name ${JSON.stringify(name)} is there twice in ${list}`
      continue
    }
    const quoted = typeof raw === 'object' ? '' : `: write it in quotes, ${JSON.stringify(String(raw))}`
    const flaw = usable ? null : raw === '' ? 'it has no name' : `its name is ${typeWord(raw)}${quoted}`
    seen.set(name, { name, value: item[field], directory, flaw })
  }
  return [...seen.values()]
}

function merge(documents: Document[]): Omit<Kubeconfig, 'problems'> {
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
    user: { name: '', exec: null },
    broken: null,
    fingerprint: '',
  }
  try {
    const fields = check(contextSchema, entry.value ?? {}, null)
    context.namespace = fields.namespace || 'default'
    context.userName = fields.user ?? ''
    if (entry.flaw !== null) throw new Error(entry.flaw)
    if (!fields.cluster) throw new Error('it names no cluster')
    const clusterEntry = clusters.get(fields.cluster)
    if (!clusterEntry) throw new Error(`it names the cluster ${JSON.stringify(fields.cluster)}, which is not there`)
    // The server is shown also when it is the user's entry that cannot be used.
    context.cluster = readCluster(clusterEntry, context.user)
    const userEntry = fields.user ? users.get(fields.user) : undefined
    if (fields.user && !userEntry)
      throw new Error(`it names the user ${JSON.stringify(fields.user)}, which is not there`)
    const user = userEntry ? readUser(userEntry) : context.user
    context.cluster = readCluster(clusterEntry, user)
    context.user = context.cluster.server.protocol === 'https:' ? user : withoutSecrets(user)
    context.fingerprint = createHash('sha256')
      .update(JSON.stringify([context.cluster, context.user]))
      .digest('base64url')
  } catch (error) {
    context.broken = plain(
      `Context ${JSON.stringify(entry.name)}: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
  return context
}

function readCluster(entry: Named, user: KubeconfigUser): KubeconfigCluster {
  const what = `the cluster ${JSON.stringify(entry.name)}`
  const fail = (message: string): never => {
    throw new Error(`${what}: ${message}`)
  }
  if (entry.flaw !== null) fail(entry.flaw)
  const { extensions, ...cluster } = check(clusterSchema, entry.value ?? {}, what)
  const serverText = cluster.server ?? ''
  const problem = problemOfCluster(cluster)
  if (problem !== null) fail(problem)
  const server = serverOf(serverText, cluster, user) ?? fail(serverWords(serverText))
  const asked = cluster['certificate-authority-data'] || cluster['certificate-authority']
  if (server.protocol === 'https:' && asked && cluster['insecure-skip-tls-verify']) {
    fail('a certificate authority and insecure-skip-tls-verify contradict each other')
  }
  const login =
    server.username === ''
      ? null
      : { username: decodeURIComponent(server.username), password: decodeURIComponent(server.password) }
  server.username = ''
  server.password = ''
  server.search = ''
  server.hash = ''
  return {
    ...cluster,
    name: entry.name,
    server,
    serverText,
    login: server.protocol === 'https:' ? login : null,
    'certificate-authority': absolute(entry, cluster['certificate-authority']),
    execConfig: extensionOf(extensions, 'client.authentication.k8s.io/exec'),
  }
}

/**
 * The URL of a `server`. One without a scheme is https when a certificate authority, a client certificate or
 * `insecure-skip-tls-verify` shows that TLS is meant, else http (k8s client-go rest/url_utils.go, `defaultTLS`). kubectl
 * asks before it has read those fields, so it takes http and leaves the user's entry out; TLS is what the file asks for.
 */
function serverOf(serverText: string, cluster: ClusterFields, user: KubeconfigUser): URL | null {
  if (/[\s\\\u0000-\u001f]/.test(serverText)) return null
  const tls =
    cluster['certificate-authority'] ||
    cluster['certificate-authority-data'] ||
    cluster['insecure-skip-tls-verify'] ||
    user['client-certificate'] ||
    user['client-certificate-data']
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(serverText)
  const url = URL.parse(hasScheme ? serverText : `${tls ? 'https' : 'http'}://${serverText}`)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  return hasScheme || url.pathname === '/' ? url : null
}

function serverWords(serverText: string): string {
  if (/\s/.test(serverText)) return 'server holds white space'
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(serverText)?.[1]?.toLowerCase()
  if (scheme !== undefined && !/^https?$/.test(scheme))
    return `server has the scheme ${scheme}; it can be https or http`
  return 'server is neither an http or https URL nor host:port'
}

function readUser(entry: Named): KubeconfigUser {
  const what = `the user ${JSON.stringify(entry.name)}`
  if (entry.flaw !== null) throw new Error(`${what}: ${entry.flaw}`)
  const { exec, ...user } = check(userSchema, entry.value ?? {}, what)
  const problem = problemOfUser({ ...user, exec })
  if (problem !== null) throw new Error(`${what}: ${problem}`)
  return {
    ...user,
    name: entry.name,
    'client-certificate': absolute(entry, user['client-certificate']),
    'client-key': absolute(entry, user['client-key']),
    tokenFile: absolute(entry, user.tokenFile),
    exec: exec
      ? {
          apiVersion: exec.apiVersion ?? '',
          command: commandOf(entry, exec.command ?? ''),
          args: exec.args ?? [],
          env: (exec.env ?? []).map(({ name, value }) => ({ name: name ?? '', value: value ?? '' })),
          interactiveMode: exec.interactiveMode || 'IfAvailable',
          provideClusterInfo: exec.provideClusterInfo ?? false,
          installHint: exec.installHint ?? '',
        }
      : null,
  }
}

/** A command with a slash counts from the kubeconfig, a bare one is looked up in PATH (client-go clientcmd). */
function commandOf(entry: Named, command: string): string {
  return /[/\\]/.test(command) ? path.resolve(entry.directory, command) : command
}

/** What goes to a server without TLS: whom to act as, which is no secret and only takes rights away. */
function withoutSecrets(user: KubeconfigUser): KubeconfigUser {
  return {
    name: user.name,
    exec: null,
    as: user.as,
    'as-uid': user['as-uid'],
    'as-groups': user['as-groups'],
    'as-user-extra': user['as-user-extra'],
  }
}

function extensionOf(extensions: unknown, name: string): unknown {
  if (!Array.isArray(extensions)) return undefined
  return extensions.filter(isRecord).find((one) => one.name === name)?.extension
}

function absolute(entry: Named, file: string | null | undefined): string | null {
  return file ? path.resolve(entry.directory, file) : null
}

function check<T>(schema: z.ZodType<T>, value: unknown, what: string | null): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const where = [what, issue?.path.join('.')].filter(Boolean).join(': ')
  throw new Error(issue ? `${where}${where ? ' ' : ''}${issueWords(issue, value)}` : `${where} is wrong`)
}

function issueWords(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_type') return issue.message
  const found: unknown = issue.path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  )
  const quote =
    issue.expected === 'string' && typeof found !== 'object'
      ? `: write it in quotes, ${JSON.stringify(String(found))}`
      : ''
  return `is ${typeWord(found)}, where ${expectedWords[issue.expected] ?? issue.expected} is expected${quote}`
}

const expectedWords: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

/** The kind of a value in words; a text is not shown, for it may be a secret in the wrong place. */
function typeWord(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return typeof value === 'string' ? 'a text' : `the ${typeof value} ${String(value)}`
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(file: string, cause: unknown): ClusterError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ClusterError('bad-kubeconfig', `The kubeconfig cannot be read: ${message}`, { tried: file, cause })
}
