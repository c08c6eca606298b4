import { contract } from './scenario'

contract('lifecycle', [
  {
    title: 'deleting the set takes its pods at once',
    unordered: true,
    play: async (stage) => {
      await stage.createSet({ replicas: 2, claims: [{}] })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('delete', async () => {
        await stage.delete('statefulsets', 'web')
        await stage.until('web-0 goes', async () =>
          Boolean((await stage.find('pods', 'web-0'))?.metadata.deletionTimestamp),
        )
        await stage.until('web-1 goes', async () =>
          Boolean((await stage.find('pods', 'web-1'))?.metadata.deletionTimestamp),
        )
      })
      await stage.step('web-0 gone', () => stage.gone('web-0'))
      await stage.step('web-1 gone', () => stage.gone('web-1'))
    },
  },
  {
    title: 'deleting the set in the foreground waits for its pods, and nothing is made anew meanwhile',
    unordered: true,
    exception: {
      leavesOut: 'revision',
      reason:
        'the controller makes the revision of a set that is being deleted anew each time the collector has taken it; how often is a race',
    },
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('delete', async () => {
        await stage.delete('statefulsets', 'web', { propagationPolicy: 'Foreground' })
        for (const pod of ['web-0', 'web-1']) {
          await stage.until(`${pod} goes`, async () =>
            Boolean((await stage.find('pods', pod))?.metadata.deletionTimestamp),
          )
        }
      })
      await stage.step('web-0 gone', () => stage.gone('web-0'))
      await stage.step('web-1 gone', () => stage.gone('web-1'))
    },
  },
  {
    title: 'a pod whose label no longer matches is let go and blocks its name',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('relabel web-1', () => stage.patch('pods', 'web-1', { metadata: { labels: { app: 'other' } } }))
      await stage.step('give the label back', () =>
        stage.patch('pods', 'web-1', { metadata: { labels: { app: 'web' } } }),
      )
    },
  },
  {
    title: 'a free pod that fits in name and labels is adopted',
    play: async (stage) => {
      await stage.step('a pod of the name web-0', () =>
        stage.create('pods', {
          metadata: { name: 'web-0', labels: { app: 'web' }, annotations: { 'ordinal.local/behaviour': 'manual' } },
          spec: { containers: [{ name: 'web', image: 'nginx:0' }] },
        }),
      )
      await stage.step('create the set', () => stage.createSet({ replicas: 1 }))
      await stage.step('ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'a wrong pod-name label is repaired',
    play: async (stage) => {
      await stage.createSet({ replicas: 1 })
      await stage.step('ready', () => stage.ready('web-0'))
      await stage.step('wrong label', async () => {
        const label = 'statefulset.kubernetes.io/pod-name'
        await stage.patch('pods', 'web-0', { metadata: { labels: { [label]: 'somebody' } } })
        await stage.until(
          'repaired',
          async () => (await stage.get('pods', 'web-0')).metadata.labels?.[label] === 'web-0',
        )
      })
    },
  },
  {
    title: 'a name that is too long for a label never gets a pod',
    play: async (stage) => {
      const name = 'a'.repeat(58)
      await stage.step('create', async () => {
        await stage.createSet({ name, replicas: 1, service: false })
        await stage.until('it is said', async () => {
          const { items } = await stage.api.list(`/api/v1/namespaces/${stage.namespace}/events`)
          return items.some((event) => event.reason === 'FailedCreate')
        })
      })
    },
  },
  {
    title: 'a pod deleted before it is scheduled is gone at once',
    play: async (stage) => {
      await stage.createSet({ replicas: 1, template: { spec: { nodeSelector: { nobody: 'has-this' } } } })
      await stage.step('pending', () => stage.until('web-0', async () => Boolean(await stage.find('pods', 'web-0'))))
      const before = (await stage.get('pods', 'web-0')).metadata.uid
      await stage.step('delete web-0', async () => {
        await stage.delete('pods', 'web-0')
        await stage.until('web-0 is new', async () => {
          const pod = await stage.find('pods', 'web-0')
          return pod !== null && pod.metadata.uid !== before
        })
      })
    },
  },
  {
    title: 'an eviction is a deletion',
    play: async (stage) => {
      await stage.createSet({ replicas: 1 })
      await stage.step('ready', () => stage.ready('web-0'))
      await stage.step('evict', () =>
        stage.api.request('POST', `${stage.path('pods', 'web-0')}/eviction`, {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: 'web-0' },
        }),
      )
      await stage.step('web-0 gone', () => stage.gone('web-0'))
    },
  },
])
