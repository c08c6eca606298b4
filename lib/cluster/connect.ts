import 'server-only'
import { perProcess } from '@/lib/per-process'
import { accessSync, readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import path from 'node:path'
import { type Settings, settings as ownSettings } from '@/lib/settings'
import { type AccessSource, urlAccess } from './access-url'
import { serviceAccountAccess } from './access-service-account'
import { kubeconfigAccess } from './access-kubeconfig'
import type { Connection, ConnectionEntry } from './connection'
import { isLabel } from '@/lib/names'
import { ClusterError, isClusterError } from './errors'
import { idsFor } from './ids'
import { type Kubeconfig, loadKubeconfig } from './kubeconfig'

type Known = {
  /** Connections by identity, so that an edited kubeconfig gives a new one and an unchanged one is shared. */
  connections: Map<string, { connection: Connection; scope: string }>
  /** Servers that were found or started while this process runs. */
  offered: Map<string, URL>
}

const known = perProcess<Known>('connections', () => ({ connections: new Map(), offered: new Map() }))

/**
 * Every way into a cluster that is configured, the one to open first in front: `ORDINAL_SERVER`, the in-cluster account,
 * each context of the kubeconfig, and servers given to `offerServer`. Reads files, opens no connection. A broken
 * context is listed with what is broken, and so is each kubeconfig that cannot be read.
 */
export function connections(settings: Settings = ownSettings()): ConnectionEntry[] {
  return sources(settings).map((source) => source.entry)
}

/** Makes a server known that was found or started by this process, such as the demo cluster. */
export function offerServer(name: string, server: URL): void {
  known.offered.set(name, server)
}

/**
 * The id of the cluster that is opened first: `ORDINAL_CLUSTER`, else the kubeconfig's current context, else the first.
 * Throws `no-such-context` when `ORDINAL_CLUSTER` names none, `nothing-found` when there is none at all.
 */
export function defaultCluster(settings: Settings = ownSettings()): string {
  const entries = connections(settings)
  if (settings.cluster !== null) return named(entries, settings.cluster, settings).id
  const found = entries.find((entry) => entry.current) ?? entries[0]
  if (!found) throw nothingFound(settings)
  return found.id
}

/**
 * The connection of an id or a context's name. Nothing is sent yet. The same object is given for the same id as long as
 * its configuration stays. Throws `no-such-context`, `nothing-found` or `bad-kubeconfig`.
 */
export function connect(id: string, settings: Settings = ownSettings()): Connection {
  const all = sources(settings)
  const entry = named(
    all.map((source) => source.entry),
    id,
    settings,
  )
  const source = all.find((one) => one.entry === entry)
  if (!source || entry.broken !== null) {
    throw new ClusterError('bad-kubeconfig', entry.broken ?? 'The context cannot be used.', {
      tried: `context ${entry.name}`,
    })
  }
  const existing = known.connections.get(source.identity)
  if (existing && existing.connection.id === entry.id) return existing.connection
  const scope = scopeOf(settings)
  const made = source.open()
  existing?.connection.close()
  known.connections.set(source.identity, { connection: made, scope })
  // An edited kubeconfig leaves connections that nothing leads to any more; whoever holds one still may use it.
  const wanted = new Set(all.map(({ identity }) => identity))
  for (const [identity, one] of known.connections) {
    if (one.scope !== scope || wanted.has(identity)) continue
    known.connections.delete(identity)
    one.connection.close()
  }
  return made
}

/** What the list of connections is made from. */
function scopeOf(settings: Settings): string {
  return JSON.stringify([settings.server, settings.inCluster, settings.demo, kubeconfigPaths(settings)])
}

type Source = { entry: ConnectionEntry; identity: string; open: () => Connection }

function sources(settings: Settings): Source[] {
  const found: (Omit<Source, 'entry' | 'open'> & {
    entry: Omit<ConnectionEntry, 'id'>
    access: () => AccessSource
  })[] = []
  const url = (name: string, server: URL, current: boolean) => {
    found.push({
      entry: entryOf({ name, origin: 'url', server: shown(server), current }),
      identity: digest(['url', server.href]),
      access: () => urlAccess(server),
    })
  }
  if (settings.server) url(settings.server.host, settings.server, true)
  if (settings.inCluster) {
    const { server, directory } = settings.inCluster
    const entry = entryOf({ name: 'in-cluster', origin: 'in-cluster', server: shown(server), current: true })
    found.push({
      entry: { ...entry, user: 'service account', namespace: accountNamespace(directory) },
      identity: digest(['in-cluster', server.href, directory]),
      access: () => serviceAccountAccess(server, directory),
    })
  }
  if (!settings.demo) {
    const { contexts, currentContext, problems } = readKubeconfig(settings)
    for (const context of contexts) {
      found.push({
        entry: {
          name: context.name,
          origin: 'kubeconfig',
          server: context.cluster ? shown(context.cluster.server) : '',
          user: context.userName,
          namespace: context.namespace,
          current: context.name === currentContext,
          broken: context.broken,
        },
        identity: digest(['kubeconfig', context.name, context.fingerprint]),
        access: () => kubeconfigAccess(context, settings.execTimeoutSeconds),
      })
    }
    for (const problem of problems) {
      // A file that cannot be read must not hide the other ways in.
      const current = contexts.length === 0
      const entry = entryOf({ name: 'kubeconfig', origin: 'kubeconfig', server: '', current })
      const broken = `${problem.message} (${problem.tried})`
      const access = (): never => {
        throw problem
      }
      found.push({ entry: { ...entry, broken }, identity: digest(['broken', broken]), access })
    }
  }
  for (const [name, server] of known.offered) url(name, server, settings.demo)
  const ids = idsFor(found.map((source) => source.entry.name))
  return found.map(({ entry: without, identity, access }, index) => {
    const entry = { id: ids[index] ?? '', ...without }
    const { broken: _broken, current: _current, ...rest } = entry
    return {
      entry,
      identity,
      open: () => ({ ...rest, identity, base: new URL(entry.server), ...guarded(access(), entry.name) }),
    }
  })
}

/** Whatever goes wrong with credentials before the first byte is sent is a `ClusterError` that names the context. */
function guarded(source: AccessSource, name: string): AccessSource {
  return {
    ...source,
    async access(refresh) {
      try {
        return await source.access(refresh)
      } catch (cause) {
        if (isClusterError(cause)) throw cause
        const message = cause instanceof Error ? cause.message : String(cause)
        throw new ClusterError('bad-credentials', `The credentials cannot be used: ${message}`, {
          tried: `context ${name}`,
          cause,
        })
      }
    },
  }
}

/** The namespace of this pod, which the kubelet writes beside the token (client-go `inClusterClientConfig`). */
function accountNamespace(directory: string): string {
  try {
    const name = readFileSync(path.join(directory, 'namespace'), 'utf8').trim()
    return isLabel(name) ? name : 'default'
  } catch {
    return 'default'
  }
}

function named(entries: ConnectionEntry[], wanted: string, settings: Settings): ConnectionEntry {
  const found = entries.find((entry) => entry.id === wanted) ?? entries.find((entry) => entry.name === wanted)
  if (found) return found
  if (entries.length === 0) throw nothingFound(settings)
  const names = entries.map((entry) => entry.name).join(', ')
  throw new ClusterError(
    'no-such-context',
    `There is no context ${JSON.stringify(wanted.slice(0, 80))}; there are: ${names}.`,
    {
      tried: `context ${wanted}`,
    },
  )
}

function nothingFound(settings: Settings): ClusterError {
  const looked = [
    'ORDINAL_SERVER (not set)',
    'the in-cluster account (not in a pod)',
    `kubeconfig ${kubeconfigPaths(settings).join(', ')} (no context)`,
  ]
  return new ClusterError('nothing-found', 'No cluster is configured.', { tried: looked.join('; ') })
}

/** The files that are read, in the order of kubectl: `KUBECONFIG`, else `~/.kube/config`. */
export function kubeconfigPaths(settings: Settings): readonly string[] {
  return settings.kubeconfigPaths.length > 0 ? settings.kubeconfigPaths : [path.join(homedir(), '.kube', 'config')]
}

function readKubeconfig(settings: Settings): Kubeconfig {
  const paths = kubeconfigPaths(settings)
  const explicit = settings.kubeconfigPaths.length > 0
  if (!explicit && !paths.some(exists)) return { contexts: [], currentContext: null, problems: [] }
  return loadKubeconfig(paths)
}

function exists(file: string): boolean {
  try {
    accessSync(file)
    return true
  } catch {
    return false
  }
}

function entryOf(entry: Pick<ConnectionEntry, 'name' | 'origin' | 'server' | 'current'>): Omit<ConnectionEntry, 'id'> {
  return { user: '', namespace: 'default', broken: null, ...entry }
}

/** A URL without a trailing slash and without credentials. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
}
