import { afterAll, beforeAll, expect, it } from 'vitest'
import { startControlPlane, type StartedControlPlane } from './control-plane'
import { eventually } from './eventually'
import { kubiaSet } from './kubia-set'

type Pod = {
  metadata: { name: string }
  spec: { nodeName?: string; tolerations: { key: string; tolerationSeconds?: number }[] }
  status: { phase: string; startTime?: string }
}

let controlPlane: StartedControlPlane
beforeAll(async () => {
  controlPlane = await startControlPlane({
    nodes: [{ name: 'quiet-1', zone: 'zone-a', kubelet: 'none' }],
    tolerationSeconds: 2,
  })
})
afterAll(() => controlPlane?.stop())

it('a node without a kubelet is Ready and leaves its pods to the test', async () => {
  await controlPlane.apply(kubiaSet({ namespace: 'default', replicas: 1, claims: false }))
  const pod = await eventually('bound', 20, async () => {
    const [first] = (await controlPlane.get<{ items: Pod[] }>('pods')).items
    return first?.spec.nodeName ? first : undefined
  })
  await new Promise((resolve) => setTimeout(resolve, 4000))
  const now = await controlPlane.get<Pod>('pod', pod.metadata.name)
  expect(now.status).toMatchObject({ phase: 'Pending' })
  expect(now.status.startTime).toBeUndefined()
  const { stdout } = await controlPlane.kubectl(['get', 'node', 'quiet-1', '--no-headers'])
  expect(stdout).toMatch(/quiet-1 +Ready/)
})

it('pods tolerate a lost node for as long as was asked', async () => {
  const pod = await controlPlane.get<Pod>('pod', 'kubia-0')
  expect(pod.spec.tolerations.map((it) => it.tolerationSeconds)).toEqual([2, 2])
})
