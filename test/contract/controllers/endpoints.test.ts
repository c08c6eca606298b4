import { contract } from './scenario'

contract('endpoints', [
  {
    title: 'only ready pods are published as ready, under their names',
    play: async (stage) => {
      await stage.stepWithEndpoints('create', () => stage.createSet({ replicas: 2 }))
      await stage.stepWithEndpoints('web-0 unready', () => stage.unready('web-0'))
      await stage.stepWithEndpoints('web-0 ready', () => stage.ready('web-0'))
      await stage.stepWithEndpoints('web-1 ready', () => stage.ready('web-1'))
      await stage.stepWithEndpoints('delete web-1', () => stage.delete('pods', 'web-1'))
      await stage.stepWithEndpoints('web-1 gone', () => stage.gone('web-1'))
    },
  },
  {
    title: 'publishNotReadyAddresses publishes them before and after',
    play: async (stage) => {
      await stage.createSet({ replicas: 1, service: { publishNotReadyAddresses: true } })
      await stage.stepWithEndpoints('web-0 unready', () => stage.unready('web-0'))
      await stage.stepWithEndpoints('web-0 ready', () => stage.ready('web-0'))
      await stage.stepWithEndpoints('delete web-0', () => stage.delete('pods', 'web-0'))
    },
  },
  {
    title: 'a failed pod has no endpoint',
    play: async (stage) => {
      await stage.createSet({ replicas: 1, template: { metadata: { finalizers: ['example.com/hold'] } } })
      await stage.stepWithEndpoints('ready', () => stage.ready('web-0'))
      await stage.stepWithEndpoints('failed', () => stage.over('web-0', 'Failed'))
    },
  },
  {
    title: 'another Service over the same pods gives no names',
    play: async (stage) => {
      await stage.createSet({ replicas: 1 })
      await stage.stepWithEndpoints('ready', () => stage.ready('web-0'))
      await stage.stepWithEndpoints('another Service', () =>
        stage.create('services', {
          metadata: { name: 'other' },
          spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
        }),
      )
    },
  },
  {
    title: 'a named target port that the pod lacks is dropped, and a Service without ports has none',
    play: async (stage) => {
      await stage.createSet({
        replicas: 1,
        service: {
          ports: [
            { name: 'http', port: 80, targetPort: 8080 },
            { name: 'none', port: 81, targetPort: 'nowhere' },
          ],
        },
      })
      await stage.stepWithEndpoints('ready', () => stage.ready('web-0'))
      await stage.stepWithEndpoints('portless', () =>
        stage.create('services', {
          metadata: { name: 'portless' },
          spec: { clusterIP: 'None', selector: { app: 'web' } },
        }),
      )
    },
  },
  {
    title: 'a Service whose selector matches nothing has one empty slice',
    play: async (stage) => {
      await stage.stepWithEndpoints('create', () =>
        stage.createSet({ replicas: 1, service: { selector: { app: 'nobody' } } }),
      )
    },
  },
])
