import { parseArgs } from 'node:util'
import { createDemoCluster } from './cluster'
import { serveDns } from './dns/server'
import { Zone } from './dns/zone'
import { Playground } from './playground'
import { seededRandom } from './random'
import { scenarios } from './scenarios/catalogue'
import { machines } from './seed'

/**
 * The demo cluster as a program: a Kubernetes API on a port.
 *
 *   --port 8001               0 takes any free port; the first line printed says which
 *   --host 127.0.0.1          where to listen
 *   --speed 10                seconds of cluster time in a real second
 *   --dns-port 5353           0 takes any free port; the second line printed says which
 *   --scenario NAME           begin with a scenario
 *   --by-itself               that scenario takes its decisions by itself, for a screen that nobody sits at
 *   --reading-seconds 6       how long a sentence of a scenario is left to be read, in real seconds
 *   --seed 7                  for everything that happens by chance
 *   --empty                   no examples to begin with
 *   --no-kubelet              no machines: pods are objects that nobody runs
 *   --node-monitor-grace 50   seconds of silence after which a node counts as lost
 */
const USAGE = `usage: demo [--port N] [--host ADDRESS] [--speed N] [--dns-port N] [--scenario NAME] [--by-itself] [--reading-seconds N] [--seed N] [--empty] [--no-kubelet] [--node-monitor-grace N]
scenarios: ${scenarios.map(({ id }) => id).join(' ')}`

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
      'dns-port': { type: 'string', default: '0' },
      scenario: { type: 'string' },
      'by-itself': { type: 'boolean', default: false },
      'reading-seconds': { type: 'string', default: '6' },
      seed: { type: 'string', default: '1' },
      empty: { type: 'boolean', default: false },
      'no-kubelet': { type: 'boolean', default: false },
      'node-monitor-grace': { type: 'string', default: '50' },
    },
  })
  return {
    port: number(values.port, 'port', 0),
    host: values.host,
    speed: number(values.speed, 'speed', 0.01),
    dnsPort: number(values['dns-port'], 'dns-port', 0),
    scenario: values.scenario ?? null,
    mode: values['by-itself'] ? ('by-itself' as const) : ('by-hand' as const),
    readingSeconds: number(values['reading-seconds'], 'reading-seconds', 0),
    seed: number(values.seed, 'seed', 0),
    empty: values.empty,
    machines: values['no-kubelet'] ? [] : machines,
    nodeMonitorGraceSeconds: number(values['node-monitor-grace'], 'node-monitor-grace', 1),
  }
}

async function main(): Promise<void> {
  const { port, host, speed, dnsPort, scenario, mode, readingSeconds, seed, empty, ...cast } = options()
  const onError = (error: unknown) =>
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  let playground: Playground | undefined
  const cluster = createDemoCluster({
    speed,
    ...cast,
    extra: (of) => {
      playground = new Playground(of, { empty, random: seededRandom(seed), readingSeconds, onError })
      return playground.handle
    },
  })
  playground?.start()
  const url = await cluster.listen(port, host)
  console.log(`listening ${url}`)
  const dns = await serveDns(new Zone(cluster.view), { port: dnsPort, host })
  console.log(`dns ${host}:${dns.port}`)
  if (scenario !== null && !playground?.play(scenario, mode))
    throw new Error(`--scenario ${scenario}: there is no such scenario`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      playground?.stop()
      void Promise.all([cluster.stop(), dns.close()]).then(() => process.exit(0))
    })
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  console.error(USAGE)
  process.exit(1)
})
