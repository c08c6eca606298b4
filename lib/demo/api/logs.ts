import { chooseContainer } from './containers'
import { textAt } from './fields'
import { LogsRefused, Unreachable, type LogOptions } from './kubelets'
import type { Call } from './call'
import { badRequest, StatusError } from './status'

/** GET pods/{name}/log: k8s pkg/registry/core/pod/strategy.go LogLocation and the kubelet's answers. */
export async function serveLogs(call: Call): Promise<void> {
  const { target, query, operations, kubelets, response } = call
  const { namespace, name } = target
  const pod = operations.read('pods', namespace, name)
  const container = chooseContainer(query.get('container') ?? '', name, pod)
  const options = logOptions(name, query, operations.now())
  if (textAt(pod.spec, 'nodeName') === '') {
    // Not an error: there is simply no place yet that could have logs.
    response.writeHead(204).end()
    return
  }
  if (!kubelets) throw new StatusError(500, 'InternalError', 'the cluster runs without kubelets')
  const limit = integer(query, 'limitBytes')
  const timestamps = isTrue(query.get('timestamps'))
  const stop = new AbortController()
  response.on('close', () => stop.abort())
  call.track(() => stop.abort())
  let left = limit ?? Infinity
  try {
    for await (const line of kubelets.logs(namespace, name, container, options, stop.signal)) {
      if (!response.headersSent)
        response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' })
      const time = timestamps ? `${line.time.toISOString().replace(/\.(\d{3})Z$/, '.$1000000Z')} ` : ''
      const text = Buffer.from(`${time}${line.text}\n`).subarray(0, left)
      left -= text.length
      if (!response.write(text)) await drained(response, stop.signal)
      if (left <= 0 || stop.signal.aborted) break
    }
  } catch (error) {
    if (error instanceof LogsRefused) throw badRequest(error.message)
    if (error instanceof Unreachable)
      throw new StatusError(
        500,
        'InternalError',
        `Internal error occurred: Get "https://${textAt(pod.status, 'hostIP')}:10250/containerLogs/${namespace}/${name}/${container}": ${error.message}`,
      )
    throw error
  }
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/plain' })
  response.end()
}

function drained(response: NodeJS.WritableStream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

const isTrue = (text: string | null) => text !== null && text !== 'false' && text !== '0'

function integer(query: URLSearchParams, name: string): number | null {
  const text = query.get(name)
  if (text === null || text === '') return null
  if (!/^-?\d{1,15}$/.test(text))
    throw badRequest(`${name}: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

function logOptions(pod: string, query: URLSearchParams, now: Date): LogOptions {
  const tailLines = integer(query, 'tailLines')
  const sinceSeconds = integer(query, 'sinceSeconds')
  const limit = integer(query, 'limitBytes')
  const sinceTime = query.get('sinceTime') ?? ''
  const wrong = (field: string, value: unknown, detail: string) =>
    new StatusError(
      422,
      'Invalid',
      `PodLogOptions "${pod}" is invalid: ${field}: Invalid value: ${JSON.stringify(value)}: ${detail}`,
      {
        name: pod,
        kind: 'PodLogOptions',
        causes: [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${detail}`, field }],
      },
    )
  if (tailLines !== null && tailLines < 0) throw wrong('tailLines', tailLines, 'must be greater than or equal to 0')
  if (limit !== null && limit < 1) throw wrong('limitBytes', limit, 'must be greater than 0')
  if (sinceSeconds !== null && sinceSeconds < 1) throw wrong('sinceSeconds', sinceSeconds, 'must be greater than 0')
  if (sinceTime !== '' && Number.isNaN(Date.parse(sinceTime))) throw badRequest('sinceTime: not a time')
  const since =
    sinceSeconds !== null
      ? new Date(now.getTime() - sinceSeconds * 1000)
      : sinceTime !== ''
        ? new Date(sinceTime)
        : null
  return { previous: isTrue(query.get('previous')), follow: isTrue(query.get('follow')), tailLines, since }
}
