import 'server-only'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { AccessSource } from './access-url'
import { type Agents, closeIdle, makeAgents } from './agents'
import { ClusterError } from './errors'
import { tokenExpiry, tokenFile } from './token-file'

/** The account of the pod that this process runs in. Its token is replaced in the file about hourly and read again. */
export function serviceAccountAccess(server: URL, directory: string): AccessSource {
  const token = tokenFile(path.join(directory, 'token'))
  let agents: Promise<Agents> | undefined
  return {
    refreshable: true,
    expiresAt: () => tokenExpiry(token.last()),
    async access(refresh = false) {
      agents ??= makeAgents(server, { ca: authority(path.join(directory, 'ca.crt')) }, null)
      return { ...(await agents), headers: { authorization: `Bearer ${token.read(refresh)}` } }
    },
    close() {
      void agents?.then(closeIdle)
    },
  }
}

function authority(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new ClusterError('bad-credentials', `The in-cluster authority cannot be read: ${String(cause)}`, {
      tried: file,
      cause,
    })
  }
}
