import type { Stage } from '@/test/contract/controllers/stage'

/** The situations in which the names of a set's peers are held against dig, the same on the demo and the real cluster. */
export type Case = {
  title: string
  play: (stage: Stage) => Promise<unknown>
  /** The verdicts that follow, by ordinal: a code, with its reason where it has one. */
  verdicts: string[]
  /** Problems of the governing Service. */
  problems?: string[]
}

const headless = { clusterIP: 'None', selector: { app: 'web' } }
const ports = (...list: object[]) => ({ ports: list })
const one = { replicas: 1 }
const notReady = 'not-published not-ready'
const change = (stage: Stage, spec: object) => stage.patch('services', 'web', { spec })

export const cases: Case[] = [
  {
    title: 'nobody has been made ready',
    play: (stage) => stage.createSet({ replicas: 2 }).then(() => stage.unready('web-0')),
    verdicts: [notReady, 'absent no-pod'],
    problems: ['hides-unready'],
  },
  {
    title: 'a pod has no address yet',
    play: (stage) => stage.createSet(one).then(() => stage.scheduled('web-0')),
    verdicts: ['not-published no-address'],
  },
  {
    title: 'one of two is ready',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.ready('web-0')
      await stage.unready('web-1')
    },
    verdicts: ['agree', notReady],
    problems: ['hides-unready'],
  },
  {
    title: 'three are ready',
    play: (stage) => stage.createSet().then(() => stage.allReady('web-0', 'web-1', 'web-2')),
    verdicts: ['agree', 'agree', 'agree'],
  },
  {
    title: 'one was ready and is no longer',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.allReady('web-0', 'web-1')
      await stage.unready('web-0')
    },
    verdicts: [notReady, 'agree'],
    problems: ['hides-unready'],
  },
  {
    title: 'one is terminating',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.allReady('web-0', 'web-1')
      await stage.delete('pods', 'web-1')
    },
    verdicts: ['agree', 'not-published terminating'],
  },
  {
    title: 'one was deleted by force and has not been ready again',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.allReady('web-0', 'web-1')
      const { metadata } = await stage.get('pods', 'web-1')
      await stage.delete('pods', 'web-1', { gracePeriodSeconds: 0 })
      await stage.scheduled('web-1', metadata.uid)
      await stage.unready('web-1')
    },
    verdicts: ['agree', notReady],
    problems: ['hides-unready'],
  },
  {
    title: 'one was deleted by force and is ready again at another address',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.allReady('web-0', 'web-1')
      const { metadata } = await stage.get('pods', 'web-1')
      await stage.delete('pods', 'web-1', { gracePeriodSeconds: 0 })
      await stage.scheduled('web-1', metadata.uid)
      await stage.ready('web-1')
    },
    verdicts: ['agree', 'agree'],
  },
  {
    title: 'the set was scaled down',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.allReady('web-0', 'web-1')
      await stage.scale(1)
      await stage.gone('web-1')
    },
    verdicts: ['agree'],
  },
  {
    title: 'the set was scaled to none',
    play: async (stage) => {
      await stage.createSet(one)
      await stage.ready('web-0')
      await stage.scale(0)
      await stage.gone('web-0')
    },
    verdicts: [],
  },
  {
    title: 'the ordinals begin at five',
    play: async (stage) => {
      await stage.createSet({ replicas: 2, spec: { ordinals: { start: 5 } } })
      await stage.allReady('web-5', 'web-6')
    },
    verdicts: ['agree', 'agree'],
  },
  {
    title: 'the ordinals begin at five and the first is not ready',
    play: async (stage) => {
      await stage.createSet({ replicas: 2, spec: { ordinals: { start: 5 } } })
      await stage.unready('web-5')
    },
    verdicts: [notReady, 'absent no-pod'],
    problems: ['hides-unready'],
  },
  {
    title: 'the port has no name',
    play: (stage) =>
      stage.createSet({ ...one, service: ports({ port: 80, targetPort: 8080 }) }).then(() => stage.ready('web-0')),
    verdicts: ['agree'],
  },
  {
    title: 'there are two ports',
    play: (stage) =>
      stage
        .createSet({
          ...one,
          service: ports({ name: 'http', port: 80, targetPort: 8080 }, { name: 'peer', port: 7000 }),
        })
        .then(() => stage.ready('web-0')),
    verdicts: ['agree'],
  },
  {
    title: 'there are two ports of two pods',
    play: (stage) =>
      stage
        .createSet({ replicas: 2, service: ports({ name: 'http', port: 80 }, { name: 'peer', port: 7000 }) })
        .then(() => stage.allReady('web-0', 'web-1')),
    verdicts: ['agree', 'agree'],
  },
  {
    title: 'a port is one of UDP',
    play: (stage) =>
      stage
        .createSet({ ...one, service: ports({ name: 'gossip', port: 7946, protocol: 'UDP' }) })
        .then(() => stage.ready('web-0')),
    verdicts: ['agree'],
  },
  {
    title: 'the target port is a name that the pod has',
    play: (stage) =>
      stage
        .createSet({
          ...one,
          service: ports({ name: 'http', port: 80, targetPort: 'web' }),
          template: {
            spec: { containers: [{ name: 'web', image: 'nginx:1', ports: [{ name: 'web', containerPort: 8081 }] }] },
          },
        })
        .then(() => stage.ready('web-0')),
    verdicts: ['agree'],
  },
  {
    title: 'the target port is a name that the pod does not have',
    play: (stage) =>
      stage
        .createSet({ ...one, service: ports({ name: 'http', port: 80, targetPort: 'nothing' }) })
        .then(() => stage.ready('web-0')),
    verdicts: ['agree'],
  },
  {
    title: 'the Service has no ports',
    play: (stage) => stage.createSet({ ...one, service: ports() }).then(() => stage.ready('web-0')),
    verdicts: ['agree'],
    problems: ['no-ports'],
  },
  {
    title: 'the Service publishes those that are not ready',
    play: (stage) =>
      stage.createSet({ ...one, service: { publishNotReadyAddresses: true } }).then(() => stage.unready('web-0')),
    verdicts: ['agree'],
  },
  {
    title: 'the Service publishes those that are not ready, and one is terminating',
    play: async (stage) => {
      await stage.createSet({ replicas: 2, service: { publishNotReadyAddresses: true } })
      await stage.allReady('web-0', 'web-1')
      await stage.delete('pods', 'web-1')
    },
    verdicts: ['agree', 'agree'],
  },
  {
    title: 'the Service publishes those that are not ready, and one has no address',
    play: (stage) =>
      stage.createSet({ ...one, service: { publishNotReadyAddresses: true } }).then(() => stage.scheduled('web-0')),
    verdicts: ['not-published no-address'],
  },
  {
    title: 'the Service begins to publish those that are not ready',
    play: async (stage) => {
      await stage.createSet(one)
      await stage.unready('web-0')
      await change(stage, { publishNotReadyAddresses: true })
    },
    verdicts: ['agree'],
  },
  {
    title: 'the Service is missing',
    play: (stage) => stage.createSet({ ...one, service: false }).then(() => stage.ready('web-0')),
    verdicts: ['not-published no-service'],
    problems: ['missing'],
  },
  {
    title: 'the Service was deleted',
    play: async (stage) => {
      await stage.createSet(one)
      await stage.ready('web-0')
      await stage.delete('services', 'web')
    },
    verdicts: ['not-published no-service'],
    problems: ['missing'],
  },
  {
    title: 'the Service is not headless',
    play: async (stage) => {
      await stage.createSet({ ...one, service: false })
      await stage.create('services', {
        metadata: { name: 'web' },
        spec: { selector: { app: 'web' }, ...ports({ name: 'http', port: 80, targetPort: 8080 }) },
      })
      await stage.ready('web-0')
    },
    verdicts: ['agree'],
    problems: ['not-headless'],
  },
  {
    title: 'the Service selects nothing',
    play: (stage) =>
      stage.createSet({ ...one, service: { selector: { app: 'other' } } }).then(() => stage.ready('web-0')),
    verdicts: ['not-published not-selected'],
    problems: ['selects-nothing'],
  },
  {
    title: 'the Service stands for another host',
    play: async (stage) => {
      await stage.createSet({ ...one, service: false })
      await stage.create('services', {
        metadata: { name: 'web' },
        spec: { type: 'ExternalName', externalName: 'db.example' },
      })
      await stage.ready('web-0')
    },
    verdicts: ['not-published external-name'],
    problems: ['external-name'],
  },
  {
    title: 'the set was made again for another Service',
    play: async (stage) => {
      await stage.createSet(one)
      await stage.ready('web-0')
      const { spec } = await stage.get('statefulsets', 'web')
      await stage.create('services', {
        metadata: { name: 'fresh' },
        spec: { ...headless, ...ports({ name: 'http', port: 80 }) },
      })
      await stage.delete('statefulsets', 'web', { propagationPolicy: 'Orphan' })
      await stage.until('the set is gone', async () => (await stage.find('statefulsets', 'web')) === null)
      await stage.create('statefulsets', { metadata: { name: 'web' }, spec: { ...spec, serviceName: 'fresh' } })
    },
    verdicts: ['not-published other-service'],
    problems: ['other-service'],
  },
  {
    title: 'the Service selects another pod too',
    play: async (stage) => {
      await stage.createSet(one)
      await stage.ready('web-0')
      await stage.createSet({ name: 'guest', replicas: 1, service: false, template: {} })
      await stage.patch('services', 'web', { spec: { selector: { app: null, kind: 'any' } } })
      for (const pod of ['web-0', 'guest-0']) {
        await stage.scheduled(pod)
        await stage.patch('pods', pod, { metadata: { labels: { kind: 'any' } } })
      }
      await stage.ready('guest-0')
    },
    verdicts: ['agree'],
  },
  {
    title: 'a slice made by hand adds an address of the other family',
    play: async (stage) => {
      await stage.createSet(one)
      await stage.ready('web-0')
      await stage.create('endpointslices', slice('IPv6', ['fd00::7']))
    },
    verdicts: ['other-address'],
  },
  {
    title: 'a slice made by hand gives the name a second address',
    play: async (stage) => {
      await stage.createSet(one)
      await stage.ready('web-0')
      await stage.create('endpointslices', slice('IPv4', ['10.99.9.9']))
    },
    verdicts: ['duplicated'],
  },
]

const slice = (addressType: string, addresses: string[]) => ({
  addressType,
  metadata: { name: `by-hand-${addressType.toLowerCase()}`, labels: { 'kubernetes.io/service-name': 'web' } },
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: [{ addresses, hostname: 'web-0', conditions: { ready: true } }],
})
