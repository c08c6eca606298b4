import type { IncomingMessage, ServerResponse } from 'node:http'
import type { User } from './access'
import type { Kubelets } from './kubelets'
import type { Operations } from './operations'
import type { ResourceRequest } from './request'
import type { Upgrade } from './upgrade'

/** One request about a resource, with what serves it. */
export type Call = {
  request: IncomingMessage
  response: ServerResponse
  /** Where the client asks for another protocol than HTTP. */
  upgrade: Upgrade | null
  target: ResourceRequest
  query: URLSearchParams
  user: User
  operations: Operations
  kubelets: Kubelets | null
  /** Runs with the watch, log or shell; the server calls what it is given when it stops. */
  track: (close: () => void) => void
}
