import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, Server } from 'node:http'
import { createInterface } from 'node:readline'
import path from 'node:path'
import next from 'next'
import { connections, defaultCluster, offerServer } from '@/lib/cluster/connect'
import { findProxy, usualProxy } from '@/lib/cluster/find-proxy'
import { detourOf } from '@/lib/http/arrival'
import {
  answerDetour,
  answerRejection,
  headerOf,
  hostsOf,
  isLoopback,
  rejectionOf,
  secure,
  settleHeaders,
} from '@/lib/http/request-filter'
import { allowHosts } from '@/lib/http/hosts'
import { endStreams } from '@/lib/http/open-streams'
import { limitRates } from '@/lib/http/rates'
import { keepLostPodsIn } from '@/lib/live/lost-pods'
import { isOpen, liveCluster, stopAll } from '@/lib/live/instance'
import { type Settings, settings as readSettings } from '@/lib/settings'

/**
 * The door: the process that `npm start` runs. It refuses what the framework should never see, chooses the cluster that
 * opens first, says where it can be opened, and ends within five seconds of SIGTERM.
 */

const dev = process.env.NODE_ENV === 'development'
/** The folder of next.config.js: a build stands two folders below it, in a checkout and in the package. */
const root = path.resolve(import.meta.dirname, '..', '..')

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

function checkedSettings(): Settings {
  try {
    return readSettings()
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

const settings = checkedSettings()
if (!isLoopback(settings.host)) {
  fail(
    `HOST=${settings.host} is reachable from the network, and Ordinal has no login yet: whoever reaches it could do what ` +
      'you may do. It listens on loopback only (127.0.0.1, ::1 or localhost). Reach it from elsewhere through an SSH ' +
      'tunnel or kubectl port-forward.',
  )
}

keepLostPodsIn(path.join(settings.stateDirectory, 'force-deletes.json'))

let demo: ChildProcess | null = null

/** Starts the embedded demo cluster as a process of its own and makes it known by its URL. */
function startDemo(): Promise<void> {
  const program = path.join(import.meta.dirname, 'demo.mjs')
  // A small nursery: the demo makes little garbage, and app and cluster together should stay small.
  const args = ['--max-semi-space-size=2', program, '--port', '0']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  demo = child
  // Also when this process fails: nobody else would end it.
  process.once('exit', () => child.kill())
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The demo cluster did not start within 30 seconds.')), 30_000)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The demo cluster ended with ${code}.`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /\blistening"?:?\s+"?(http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
      if (!url) return
      clearTimeout(late)
      offerServer('demo', new URL(url))
      resolve()
    })
  })
}

/** What is configured stays what it is, even when it fails: the demo is never a silent substitute. */
async function chooseCluster() {
  if (settings.demo) {
    await startDemo()
    return 'the demo cluster, as asked'
  }
  if (connections().length > 0) return null
  if (await findProxy()) {
    offerServer(usualProxy.host, usualProxy)
    return 'kubectl proxy on its usual port'
  }
  await startDemo()
  return 'the demo cluster, since no cluster is configured and nothing answers on http://localhost:8001'
}

const chosen = await chooseCluster().catch((error: unknown) => {
  return fail(error instanceof Error ? error.message : String(error))
})

/**
 * The pages stand beside this program, built; development compiles them itself. As Next's own standalone server does,
 * this one starts with the configuration of the build, so that nothing is loaded that only builds (next
 * dist/server/config.js).
 */
function takePages() {
  const pages = path.join(import.meta.dirname, 'next')
  const { config } = JSON.parse(readFileSync(path.join(pages, 'required-server-files.json'), 'utf8')) as {
    config: Record<string, unknown>
  }
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify({ ...config, distDir: path.relative(root, pages) })
}
if (!dev) takePages()
// Next attaches its own handler of upgrades to the server it is told of; this one never listens.
const upgrades = new Server()
const app = next({ dev, dir: root, httpServer: upgrades, hostname: settings.host, port: settings.port })
await app.prepare()
const handle = app.getRequestHandler()

const server = createServer(
  { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5000 },
  (request, response) => {
    const rejection = rejectionOf(request)
    if (rejection) {
      answerRejection(response, rejection)
      return
    }
    const detour = detourOf(request.url ?? '/', headerOf(request), isOpen)
    if (detour) {
      answerDetour(response, detour)
      return
    }
    settleHeaders(request)
    secure(request, response, { dev })
    handle(request, response).catch((error: unknown) => {
      console.error(error)
      if (!response.headersSent) response.statusCode = 500
      response.end()
    })
  },
)
server.maxConnections = 1000
// A reader that takes nothing: its stream has ended after 30 seconds, and this takes its socket. One that reads gets a
// heartbeat every five.
server.timeout = 60_000
server.on('upgrade', (request, socket, head) => {
  // Hot reload only: nothing of Ordinal's own speaks web sockets.
  if (dev && rejectionOf(request) === null) upgrades.emit('upgrade', request, socket, head)
  else socket.destroy()
})

server.once('error', (error: NodeJS.ErrnoException) => {
  demo?.kill()
  if (error.code === 'EADDRINUSE')
    fail(`Port ${settings.port} is in use. Choose another one: PORT=3001 npm ${settings.demo ? 'run demo' : 'start'}`)
  fail(error.message)
})
server.listen(settings.port, settings.host, () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : settings.port
  allowHosts(hostsOf(settings.host, port))
  limitRates(settings.changesPerMinute)
  void announce(`http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`)
})

/** Prints what it is connected to, as whom, and where to look. */
async function announce(url: string) {
  try {
    const live = await liveCluster(defaultCluster())
    const { server: address, user, name } = live.connection
    console.log(`Cluster   ${name}  ${address}${user === '' ? '' : `  as ${user}`}${chosen ? `  (${chosen})` : ''}`)
    console.log(`Open      ${url}`)
    await live.ready
    const { state, serverVersion, error } = live.connection
    if (state === 'live') {
      console.log(`Connected Kubernetes ${serverVersion ?? ''}, ${live.overview().summaries.length} StatefulSets`)
    } else if (error) {
      console.log(`Not connected: ${error.message}${error.tried ? ` (tried ${error.tried})` : ''}`)
    }
  } catch (error) {
    console.log(`Open      ${url}`)
    console.log(`Not connected: ${error instanceof Error ? error.message : String(error)}`)
  }
}

let ending = false
function end() {
  if (ending) return
  ending = true
  endStreams()
  stopAll()
  demo?.removeAllListeners('exit')
  demo?.kill()
  server.close(() => process.exit(0))
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), 2500).unref()
  setTimeout(() => process.exit(0), 4000).unref()
}
process.on('SIGTERM', end)
process.on('SIGINT', end)
