import { parseArgs } from 'node:util'
import { createDemoCluster } from './cluster'

/**
 * The demo cluster as a program: a Kubernetes API on a port.
 *
 *   --port 8001        0 takes any free port; the first line printed says which
 *   --host 127.0.0.1   where to listen
 *   --speed 10         seconds of cluster time in a real second
 *   --no-kubelet       no machines: pods are objects that nobody runs
 *   --empty            no examples to begin with
 */
const USAGE = 'usage: demo [--port N] [--host ADDRESS] [--speed N] [--empty] [--no-kubelet]'

function number(text: string, name: string, least: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < least)
    throw new Error(`--${name} ${text}: not a number of at least ${least}`)
  return value
}

function options() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8001' },
      host: { type: 'string', default: '127.0.0.1' },
      speed: { type: 'string', default: '1' },
      empty: { type: 'boolean', default: false },
      'no-kubelet': { type: 'boolean', default: false },
    },
  })
  return {
    port: number(values.port, 'port', 0),
    host: values.host,
    speed: number(values.speed, 'speed', 0.01),
    machines: values['no-kubelet'] ? [] : undefined,
  }
}

async function main(): Promise<void> {
  const { port, host, speed, machines } = options()
  const cluster = createDemoCluster({ speed, ...(machines ? { machines } : {}) })
  const url = await cluster.listen(port, host)
  console.log(`listening ${url}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void cluster.stop().then(() => process.exit(0))
    })
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  console.error(USAGE)
  process.exitCode = 1
})
