import type { ProxyRequest, ProxyResponse } from '@/lib/demo/api/kubelets'

/** Where the app keeps what is posted to it: its volume, or memory that goes with the container. */
export type Drawer = { read: () => string | null; write: (data: string) => void }

const largestPost = 64 * 1024
const stored = (drawer: Drawer) => {
  const data = drawer.read()
  return data === null ? 'Nothing stored yet' : `Stored: ${data}`
}
const peersText = (pod: string, peers: string[]) =>
  [`${pod} finds ${peers.length} of its set`, ...peers].join('\n') + '\n'
const text = { 'content-type': 'text/plain; charset=utf-8' }

/**
 * The teaching app: GET says which pod answered and what it keeps, POST keeps the body. Every path answers,
 * `/healthz` and `/readyz` in one word, `/peers` with the peers that DNS names (`findPeers`).
 */
export function kubia(
  pod: string,
  drawer: Drawer,
  request: ProxyRequest,
  findPeers: () => string[] = () => [],
): ProxyResponse {
  const path = request.path.split('?')[0] ?? '/'
  switch (request.method) {
    case 'GET':
    case 'HEAD': {
      const body =
        path === '/healthz' || path === '/readyz'
          ? 'ok\n'
          : path === '/data'
            ? (drawer.read() ?? '')
            : path === '/peers'
              ? peersText(pod, findPeers())
              : `You've hit ${pod}\n${stored(drawer)}\n`
      return { status: 200, headers: text, body: request.method === 'HEAD' ? '' : body }
    }
    case 'POST':
    case 'PUT': {
      if (request.body.length > largestPost) {
        return { status: 413, headers: text, body: `At most ${largestPost} bytes can be stored\n` }
      }
      drawer.write(request.body.toString('utf8'))
      return { status: 200, headers: text, body: `Stored on ${pod}\n` }
    }
    default:
      return { status: 405, headers: { ...text, allow: 'GET, HEAD, POST, PUT' }, body: 'Method not allowed\n' }
  }
}
