import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RecordType } from 'dns-packet'
import { attachControlPlane, startControlPlane, type ControlPlane } from './control-plane'
import { behaviours, type Behaviour, type Status } from './inside/protocol'

const usage = `npm run cluster                                   start a control plane with examples/kubia.yaml, until Ctrl-C
  --port N                                        port of the API server on 127.0.0.1
  --nodes N                                       number of workers, 1 to 16 (3)
  --toleration N                                  seconds until pods leave a lost node (15)
  --state FILE, --kubeconfig FILE                 where to write them
  --empty                                         without the example

From another terminal (with the same --state, if you gave one):
npm run cluster -- status
npm run cluster -- fail-node worker-2             the kubelet dies; --machine: the node's network too
npm run cluster -- recover-node worker-2          it comes back; --reboot: under a new boot id
npm run cluster -- pod default/kubia-1 crash      one of: ${behaviours.join(', ')}
npm run cluster -- kill-api | stop-api | restart-api
npm run cluster -- dig kubia.default.svc.cluster.local SRV
npm run cluster -- kubectl get pods`

/** Something the person at the keyboard can mend: shown without a stack, with the usage. */
class UsageError extends Error {}

const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
const defaultState = join(cache, 'ordinal', 'control-plane', 'state.json')

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

async function main(argv: string[]): Promise<void> {
  // Everything after `kubectl` is kubectl's own.
  const split = argv.indexOf('kubectl')
  const [own, rest] = split < 0 ? [argv, []] : [argv.slice(0, split + 1), argv.slice(split + 1)]
  const { values, positionals } = parse(own)
  const [command, ...args] = positionals
  if (values.help) return say(usage)
  const state = values.state ?? process.env['ORDINAL_CONTROL_PLANE'] ?? defaultState
  if (command === undefined || command === 'start') return await start(values, state)
  const controlPlane = await attachControlPlane(state)
  const one = (what: string): string => {
    if (args[0] === undefined) throw new UsageError(`${command} needs ${what}.`)
    return args[0]
  }
  switch (command) {
    case 'status':
      return printStatus(await controlPlane.status())
    case 'fail-node':
      return printStatus(await controlPlane.failNode(one('a node'), { machine: values.machine === true }))
    case 'recover-node':
      return printStatus(await controlPlane.recoverNode(one('a node'), { reboot: values.reboot === true }))
    case 'pod':
      return await setBehaviour(controlPlane, one('a pod'), args[1])
    case 'kill-api':
      return printStatus(await controlPlane.killApiServer())
    case 'stop-api':
      return printStatus(await controlPlane.stopApiServer())
    case 'start-api':
      return printStatus(await controlPlane.startApiServer())
    case 'restart-api':
      await controlPlane.stopApiServer()
      return printStatus(await controlPlane.startApiServer())
    case 'dig':
      return await dig(controlPlane, one('a name'), (args[1] ?? 'A').toUpperCase() as RecordType)
    case 'kubectl': {
      const { stdout, stderr, code } = await controlPlane.kubectl(rest)
      process.stdout.write(stdout)
      process.stderr.write(stderr)
      process.exitCode = code
      return
    }
    default:
      throw new UsageError(`There is no command "${command}".`)
  }
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        port: { type: 'string' },
        nodes: { type: 'string' },
        toleration: { type: 'string' },
        state: { type: 'string' },
        kubeconfig: { type: 'string' },
        empty: { type: 'boolean' },
        machine: { type: 'boolean' },
        reboot: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function wholeNumber(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`--${name} is "${text}"; it has to be a whole number from ${least} to ${most}.`)
  return value
}

async function start(values: ReturnType<typeof parse>['values'], stateFile: string): Promise<void> {
  const running = await attachControlPlane(stateFile).catch(() => null)
  if (running)
    throw new UsageError(`A control plane is running already (process ${running.details.pid}, ${running.url}).`)
  const count = wholeNumber('nodes', values.nodes, 1, 16) ?? 3
  const zones = 'abc'
  const began = Date.now()
  const controlPlane = await startControlPlane({
    port: wholeNumber('port', values.port, 0, 65535),
    tolerationSeconds: wholeNumber('toleration', values.toleration, 0, 86400),
    nodes: Array.from({ length: count }, (_, index) => ({
      name: `worker-${index + 1}`,
      zone: `zone-${zones[index % zones.length]}`,
    })),
    kubeconfig: values.kubeconfig,
    stateFile,
    progress: (line) => say(`  ${line}`),
  })
  let ending = false
  const end = (signal: string) => {
    if (ending) return
    ending = true
    say(`\n${signal}: stopping`)
    void controlPlane.stop().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal))
  if (!values.empty) {
    await controlPlane.apply(await readFile(join(import.meta.dirname, '..', '..', 'examples', 'kubia.yaml'), 'utf8'))
  }
  say(`Kubernetes ${controlPlane.details.kubernetes} is up after ${((Date.now() - began) / 1000).toFixed(1)} s.

  export KUBECONFIG=${controlPlane.kubeconfig}
  ${controlPlane.kubectlPath} get pods --watch

API server   ${controlPlane.url}
DNS          dig @127.0.0.1 -p ${controlPlane.dnsAddress.split(':')[1]} SRV kubia.default.svc.cluster.local
proxy        ${controlPlane.kubectlPath} proxy --port 8001
logs         ${join(controlPlane.details.folder, 'logs')}
fail a node  npm run cluster -- fail-node worker-2     (npm run cluster -- --help: everything else)

Ctrl-C ends it and leaves nothing behind.`)
}

function printStatus(status: Status): void {
  say(`Kubernetes ${status.kubernetes}, API server ${status.apiServer}`)
  for (const { name, zone, address, podCIDR, kubelet, machine } of status.nodes)
    say(`${name.padEnd(12)} ${zone.padEnd(8)} ${address}  pods ${podCIDR.padEnd(15)} kubelet ${kubelet}, ${machine}`)
}

async function setBehaviour(controlPlane: ControlPlane, pod: string, behaviour: string | undefined): Promise<void> {
  const [namespace, name, more] = pod.includes('/') ? pod.split('/') : ['default', pod]
  if (!namespace || !name || more !== undefined) throw new UsageError(`"${pod}" is not NAMESPACE/NAME.`)
  if (!behaviours.some((it) => it === behaviour))
    throw new UsageError(`A pod can be ${behaviours.join(', ')}; not "${behaviour ?? ''}".`)
  await controlPlane.podBehaviour(namespace, name, behaviour as Behaviour)
  say(`${namespace}/${name} is to be: ${behaviour}`)
}

async function dig(controlPlane: ControlPlane, name: string, type: RecordType): Promise<void> {
  const { rcode, answers = [], additionals = [] } = await controlPlane.dig(name, type)
  say(`;; ${rcode}`)
  for (const record of [...answers, ...additionals]) {
    if (record.type === 'OPT') continue
    const data = 'data' in record ? record.data : ''
    const text =
      record.type === 'SRV'
        ? `${record.data.priority ?? 0} ${record.data.weight ?? 0} ${record.data.port} ${record.data.target}.`
        : typeof data === 'string'
          ? data
          : JSON.stringify(data)
    say(`${record.name}. ${'ttl' in record ? (record.ttl ?? 0) : 0} IN ${record.type} ${text}`)
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${text}\n${error instanceof UsageError ? `\n${usage}\n` : ''}`)
  process.exit(1)
})
