import 'server-only'
import type { Agent } from 'node:http'

/** One way into a cluster, as listed before anything is connected. */
export type ConnectionEntry = {
  /** Made from the name: unique, `[a-z0-9-]`, stable while the names stay. */
  id: string
  name: string
  origin: 'kubeconfig' | 'in-cluster' | 'url'
  /** The API server's URL without credentials; empty when the entry is broken. */
  server: string
  /** Who asks, as configured: a kubeconfig user's name, `service account`, or empty for a plain URL. */
  user: string
  namespace: string
  /** The context that the kubeconfig calls current, the only entry of the other origins. */
  current: boolean
  /** Why the entry cannot be used, in words; null when it can be tried. */
  broken: string | null
}

/** What a request needs beyond its own content. */
export type Access = {
  /** Keeps connections alive; for reads and watches. */
  agent: Agent
  /** Opens a connection for each request, so that a write never meets a connection that died while idle. */
  writeAgent: Agent
  headers: Readonly<Record<string, string | string[]>>
}

/** An API server with the credentials to talk to it. Made by `connect.ts`, used by every other file here. */
export type Connection = Omit<ConnectionEntry, 'broken' | 'current'> & {
  /** Opaque: equal for equal server and credentials' source; part of the key of everything that is remembered. */
  identity: string
  base: URL
  /** Fresh agents and headers. `refresh`: the server said 401, so ask the source of the credentials again. */
  access(refresh?: boolean): Promise<Access>
  /** True when `access(true)` can give something else than before. */
  refreshable: boolean
  /** When the credentials end, as far as they tell: RFC 3339 or null. */
  expiresAt(): string | null
  /** When the client certificate ends: RFC 3339; null without one, or before it was read. */
  certificateEnd(): string | null
  /** The program that is being waited for before anything can be sent, and for how long; null when none runs. */
  waitingFor(): { program: string; ms: number } | null
  /** A person wants it tried now: what is remembered of failed credentials is forgotten. */
  retry(): void
  /** Closes idle connections; those in use end with their requests. */
  close(): void
}
