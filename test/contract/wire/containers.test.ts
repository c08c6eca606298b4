import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Client } from './client'
import { contract, type Case } from './contract'
import { pod } from './manifests'

/** Logs and proxies of a pod that really runs. */

const log = (query: string) => async (api: Client) => {
  const answer = await api.get(`${api.at('pods', 'kubia-0', 'log')}?${query}`)
  return answer.code === 200 ? lines(answer, query.startsWith('tailLines')) : answer
}
const lines = (answer: Answer, limited = false) => {
  const all = String(answer.body).split('\n').filter(Boolean)
  return {
    type: answer.headers['content-type']?.split(';')[0],
    some: all.length > 0,
    many: limited ? all.length > 2 : undefined,
  }
}
const GO = { leavesOut: ['message'], reason: "the words are those of Go's own number parser" }

const cases: Case[] = [
  ['logs', async (api) => lines(await api.get(api.at('pods', 'kubia-0', 'log')))],
  ['the last two lines', log('tailLines=2')],
  ['no lines', log('tailLines=0')],
  ['a negative number of lines', log('tailLines=-1')],
  ['a number of lines that is none', log('tailLines=many'), GO],
  ['no bytes', log('limitBytes=0')],
  [
    'the first bytes',
    async (api) => String((await api.get(`${api.at('pods', 'kubia-0', 'log')}?limitBytes=7`)).body).length,
  ],
  ['no seconds', log('sinceSeconds=0')],
  [
    'with times',
    async (api) => {
      const answer = await api.get(`${api.at('pods', 'kubia-0', 'log')}?timestamps=true&tailLines=1`)
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z /.test(String(answer.body))
    },
  ],
  ['a container by its name', log('container=kubia')],
  ['a container that does not exist', log('container=other')],
  [
    'logs of the container before, when there was none',
    log('previous=true'),
    { leavesOut: ['message'], reason: 'the words are those of the kubelet' },
  ],
  [
    'logs of a pod without a node',
    async (api) => {
      await api.post(api.at('pods'), pod(api.name))
      return api.get(api.at('pods', api.name, 'log'))
    },
  ],
  [
    'logs of two containers without a choice',
    async (api) => {
      const containers = [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ]
      await api.post(api.at('pods'), pod(api.name, { containers }))
      return api.get(api.at('pods', api.name, 'log'))
    },
  ],
  ['logs of a pod that is not there', (api) => api.get(api.at('pods', 'nobody', 'log'))],
  ['logs cannot be written', (api) => api.post(api.at('pods', 'kubia-0', 'log'), {})],
  [
    'the pod answers',
    async (api) => {
      const answer = await api.get(api.at('pods', 'kubia-0', 'proxy/'))
      return [answer.code, String(answer.body).startsWith("You've hit kubia-0")]
    },
  ],
  [
    'the pod answers on a port',
    async (api) => {
      const answer = await api.get(api.at('pods', 'kubia-0:8080', 'proxy/'))
      return [answer.code, String(answer.body).startsWith("You've hit kubia-0")]
    },
  ],
  [
    'without a slash it is somewhere else',
    async (api) => {
      const { code, headers } = await api.get(api.at('pods', 'kubia-0', 'proxy'))
      return [code, headers.location]
    },
  ],
  [
    'what is posted is kept',
    async (api) => {
      const posted = await api.send('POST', api.at('pods', 'kubia-0', 'proxy/'), {
        body: 'hello there',
        type: 'text/plain',
      })
      const answer = await api.get(api.at('pods', 'kubia-0', 'proxy/'))
      return [posted.code, String(answer.body).includes('hello there')]
    },
  ],
  [
    'a port where nobody listens',
    (api) => api.get(api.at('pods', 'kubia-0:9', 'proxy/')),
    { leavesOut: ['message', 'causes'], reason: 'the address of the pod and the words of the network' },
  ],
  ['a scheme that nobody speaks', (api) => api.get(api.at('pods', 'gopher:kubia-0:8080', 'proxy/'))],
  ['too many colons', (api) => api.get(api.at('pods', 'a:b:c:d', 'proxy/'))],
  ['the proxy of a pod that is not there', (api) => api.get(api.at('pods', 'nobody', 'proxy/'))],
  [
    'the proxy of a pod without an address',
    async (api) => {
      await api.post(api.at('pods'), pod(api.name))
      return api.get(api.at('pods', api.name, 'proxy/'))
    },
  ],
  [
    'the service answers, by the name of its port',
    async (api) => {
      const answer = await api.get(api.at('services', 'kubia:http', 'proxy/'))
      return [answer.code, String(answer.body).startsWith("You've hit kubia-0")]
    },
  ],
  [
    'the service answers, by the number of its port',
    async (api) => {
      const answer = await api.get(api.at('services', 'kubia:80', 'proxy/'))
      return [answer.code, String(answer.body).startsWith("You've hit kubia-0")]
    },
  ],
  ['the service by a number that it has not', (api) => api.get(api.at('services', 'kubia:81', 'proxy/'))],
  ['the service by a name that it has not', (api) => api.get(api.at('services', 'kubia:other', 'proxy/'))],
  ['the service without its named port', (api) => api.get(api.at('services', 'kubia', 'proxy/'))],
  ['a service that is not there', (api) => api.get(api.at('services', 'nobody', 'proxy/'))],
  ['a service that is not there, by a number', (api) => api.get(api.at('services', 'nobody:80', 'proxy/'))],
]

const labels = { app: 'kubia' }
const metadata = { name: 'kubia', labels }

contract('containers', cases, async (api) => {
  await api.post(api.at('services'), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  })
  const container = { name: 'kubia', image: 'luksa/kubia-pet', ports: [{ name: 'http', containerPort: 8080 }] }
  await api.post(api.at('statefulsets'), {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      serviceName: 'kubia',
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ ...container, volumeMounts: [{ name: 'data', mountPath: '/var/data' }] }],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
        },
      ],
    },
  })
  // The service is reached through its EndpointSlice, which comes a moment after the pod is ready.
  for (;;) {
    const answer = await api.get(api.at('services', 'kubia:http', 'proxy/'))
    if (answer.code === 200) break
    await sleep(200)
  }
})
