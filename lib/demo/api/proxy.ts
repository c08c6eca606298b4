import type { Fields, KubeObject } from '@/lib/demo/store'
import { listAt, numberAt, textAt } from './fields'
import { Unreachable, type ProxyResponse } from './kubelets'
import { readBody } from './request'
import type { Call } from './call'
import { badRequest, methodNotAllowed, notFound, StatusError } from './status'

/** The pod and service proxies: k8s pkg/registry/core/pod/strategy.go ResourceLocation, service/storage, apimachinery pkg/util/proxy. */

type Endpoint = { pod: KubeObject; port: number }

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
/** Not passed on to the app: credentials and what belongs to this connection only. */
const DROPPED =
  /^(authorization|x-remote-.*|impersonate-.*|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length)$/
const DROPPED_BACK = /^(access-control-allow-.*|connection|keep-alive|transfer-encoding|content-length)$/

/** `scheme:name:port`, `name:port` or `name`. */
function splitName(text: string, what: string): { scheme: string; name: string; port: string } {
  const parts = text.split(':')
  const invalidName = badRequest(`invalid ${what} request ${JSON.stringify(text)}`)
  if (parts.length > 3) throw invalidName
  const [scheme, name, port] = parts.length === 3 ? parts : parts.length === 2 ? ['', ...parts] : ['', text, '']
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https') throw invalidName
  return { scheme: scheme ?? '', name: name ?? '', port: port ?? '' }
}

export async function serveProxy(call: Call): Promise<void> {
  const { request, response, target, kubelets } = call
  const method = request.method ?? 'GET'
  if (!METHODS.includes(method)) throw methodNotAllowed()
  const asked = splitName(target.name, target.info.singular)
  const endpoint = target.info.resource === 'pods' ? podEndpoint(call, asked) : serviceEndpoint(call, asked)
  if ((method === 'GET' || method === 'HEAD') && target.rest === '') {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    response.writeHead(301, { location: `${path}/${query ? `?${query}` : ''}` }).end()
    return
  }
  const body = await readBody(request)
  const query = (request.url ?? '').split('?')[1]
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !DROPPED.test(name)) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  headers['x-forwarded-for'] = request.socket.remoteAddress ?? ''
  headers['x-forwarded-host'] = request.headers.host ?? ''
  headers['x-forwarded-proto'] = 'http'
  headers['x-forwarded-uri'] = (request.url ?? '').split('?')[0] ?? ''
  const { namespace = '', name } = endpoint.pod.metadata
  let answer: ProxyResponse
  try {
    if (!kubelets) throw new Unreachable('no kubelets')
    if (asked.scheme === 'https') throw new Unreachable('http: server gave HTTP response to HTTPS client')
    answer = await kubelets.handle(namespace, name, endpoint.port, {
      method,
      path: `${target.rest || '/'}${query === undefined ? '' : `?${query}`}`,
      headers,
      body,
    })
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    throw new StatusError(503, 'ServiceUnavailable', `error trying to reach service: ${error.message}`)
  }
  const back: Record<string, string> = {}
  for (const [header, value] of Object.entries(answer.headers))
    if (!DROPPED_BACK.test(header.toLowerCase())) back[header] = value
  response.writeHead(answer.status, back)
  response.end(method === 'HEAD' ? undefined : answer.body)
}

/** Private addresses are well; loopback, link-local, multicast and none are refused. */
function checkAddress(address: string): void {
  const refused = address === '' || /^(0\.|127\.|169\.254\.|2(2[4-9]|3\d)\.|255\.)/.test(address)
  if (refused) throw badRequest('address not allowed')
}

function podEndpoint(call: Call, { scheme, name, port }: { scheme: string; name: string; port: string }): Endpoint {
  const pod = call.operations.read('pods', call.target.namespace, name)
  checkAddress(textAt(pod.status, 'podIP'))
  const first = listAt(pod, 'spec', 'containers').flatMap((one) => listAt(one, 'ports'))[0]
  const chosen = port === '' ? (numberAt(first, 'containerPort') ?? (scheme === 'https' ? 443 : 80)) : Number(port)
  if (!Number.isInteger(chosen) || chosen < 1 || chosen > 65535)
    throw new StatusError(
      503,
      'ServiceUnavailable',
      `error trying to reach service: dial tcp: lookup tcp/${port}: unknown port`,
    )
  return { pod, port: chosen }
}

function serviceEndpoint(call: Call, { name, port }: { name: string; port: string }): Endpoint {
  const { operations, target } = call
  const { namespace } = target
  const unavailable = (why: string) => new StatusError(503, 'ServiceUnavailable', why)
  const service = operations.store.get('services', namespace, name)
  let portName = port
  if (/^\d+$/.test(port)) {
    if (!service) throw notFound(operations.info('services'), name)
    const found = listAt(service, 'spec', 'ports').find((one) => one['port'] === Number(port))
    if (!found) throw unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`)
    portName = textAt(found, 'name')
  }
  const choices = service ? readyEndpoints(call, name, portName) : []
  const chosen = choices[Math.floor(Math.random() * choices.length)]
  if (!chosen) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`)
  return chosen
}

function readyEndpoints(call: Call, service: string, portName: string): Endpoint[] {
  const { store } = call.operations
  const { namespace } = call.target
  const found: Endpoint[] = []
  for (const slice of store.list('endpointslices', namespace)) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== service) continue
    const port = numberAt(
      listAt(slice, 'ports').find((one) => textAt(one, 'name') === portName),
      'port',
    )
    if (port === undefined) continue
    for (const endpoint of listAt(slice, 'endpoints')) {
      const ready = (endpoint['conditions'] as Fields | undefined)?.['ready']
      const pod = store.get('pods', namespace, textAt(endpoint, 'targetRef', 'name'))
      const address = Array.isArray(endpoint['addresses']) ? endpoint['addresses'][0] : undefined
      if (ready !== false && pod && textAt(pod.status, 'podIP') === address) found.push({ pod, port })
    }
  }
  return found
}
