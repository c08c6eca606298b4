import { createDemoCluster } from '@/lib/demo/cluster'

/** The demo cluster with room for 11,000 pods, as a process of its own: its seed has three machines. */
const machines = Array.from({ length: 100 }, (_, number) => ({
  name: `machine-${number}`,
  zone: `zone-${number % 3}`,
  cpu: '64',
  memory: '256Gi',
}))
const cluster = createDemoCluster({
  machines,
  onError: (part, error) => process.stderr.write(`${part}: ${String(error)}\n`),
})
process.stdout.write(`listening ${await cluster.listen()}\n`)
process.stdin.resume().once('end', () => process.exit(0))
