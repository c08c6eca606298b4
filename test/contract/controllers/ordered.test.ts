import { contract } from './scenario'

const claims = [{}]

contract('OrderedReady', [
  {
    title: 'starts in order, each after the one before it is ready',
    play: async (stage) => {
      await stage.step('create', () => stage.createSet({ claims }))
      for (const ordinal of [0, 1, 2]) await stage.step(`ready ${ordinal}`, () => stage.ready(`web-${ordinal}`))
    },
  },
  {
    title: 'a running pod that is not ready lets nobody pass',
    play: async (stage) => {
      await stage.step('create', () => stage.createSet({ replicas: 2 }))
      await stage.step('running, not ready', () => stage.unready('web-0'))
      await stage.step('ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'scales down from the top, one after the other is gone',
    play: async (stage) => {
      await stage.createSet({ claims })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('scale to 1', () => stage.scale(1))
      await stage.step('web-2 gone', () => stage.gone('web-2'))
      await stage.step('web-1 gone', () => stage.gone('web-1'))
    },
  },
  {
    title: 'grows again on the same claims',
    play: async (stage) => {
      await stage.createSet({ replicas: 2, claims })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('scale to 1', () => stage.scale(1))
      await stage.step('web-1 gone', () => stage.gone('web-1'))
      await stage.step('scale to 2', () => stage.scale(2))
      await stage.step('web-1 ready', () => stage.ready('web-1'))
    },
  },
  {
    title: 'an unready pod in range freezes the scale-down',
    play: async (stage) => {
      await stage.createSet()
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('web-0 unready', () => stage.unready('web-0'))
      await stage.step('scale to 1', () => stage.scale(1))
      await stage.step('web-0 ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'an unready condemned pod is deleted when it is the first unhealthy one',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('web-1 unready', () => stage.unready('web-1'))
      await stage.step('scale to 1', () => stage.scale(1))
    },
  },
  {
    title: 'two broken condemned pods block each other',
    play: async (stage) => {
      await stage.createSet()
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('web-1 and web-2 unready', async () => {
        await stage.unready('web-2')
        await stage.unready('web-1')
      })
      await stage.step('scale to 1', () => stage.scale(1))
      await stage.step('web-2 ready', () => stage.ready('web-2'))
    },
  },
  {
    title: 'a deleted pod comes back only after it is gone',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('delete web-0', () => stage.delete('pods', 'web-0'))
      await stage.step('web-0 gone', () => stage.gone('web-0'))
      await stage.step('web-0 ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'a terminating pod in range freezes the scale-up',
    play: async (stage) => {
      await stage.createSet({ replicas: 1 })
      await stage.step('ready', () => stage.ready('web-0'))
      await stage.step('delete web-0 and scale to 2', async () => {
        await stage.delete('pods', 'web-0')
        await stage.scale(2)
      })
      await stage.step('web-0 gone', () => stage.gone('web-0'))
      await stage.step('web-0 ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'a failed pod is deleted and made anew',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('web-0 failed', () => stage.over('web-0', 'Failed'))
      await stage.step('web-0 ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'a succeeded pod is deleted and made anew',
    play: async (stage) => {
      await stage.createSet({ replicas: 1 })
      await stage.step('ready', () => stage.ready('web-0'))
      await stage.step('web-0 succeeded', () => stage.over('web-0', 'Succeeded'))
    },
  },
  {
    title: 'a pod condemned and wanted again is first awaited, then made anew',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('scale to 1, then to 2', async () => {
        await stage.scale(1)
        await stage.until('web-1 is terminating', async () =>
          Boolean((await stage.find('pods', 'web-1'))?.metadata.deletionTimestamp),
        )
        await stage.scale(2)
      })
      await stage.step('web-1 gone', () => stage.gone('web-1'))
    },
  },
  {
    title: 'minReadySeconds holds the next pod back',
    play: async (stage) => {
      await stage.createSet({ replicas: 2, spec: { minReadySeconds: 10 } })
      await stage.step('web-0 ready', () => stage.ready('web-0'))
      await stage.step('web-1 is there', () =>
        stage.until('web-1', async () => Boolean(await stage.find('pods', 'web-1'))),
      )
    },
  },
  {
    title: 'ordinals start at 3, then at 4',
    play: async (stage) => {
      await stage.step('create', () => stage.createSet({ replicas: 2, spec: { ordinals: { start: 3 } } }))
      await stage.step('ready', () => stage.allReady('web-3', 'web-4'))
      await stage.step('start at 4', () => stage.changeSet({ ordinals: { start: 4 } }))
      await stage.step('web-5 ready', () => stage.ready('web-5'))
      await stage.step('web-3 gone', () => stage.gone('web-3'))
    },
  },
  {
    title: 'scaling to zero and back',
    play: async (stage) => {
      await stage.createSet({ replicas: 1 })
      await stage.step('ready', () => stage.ready('web-0'))
      await stage.step('scale to 0', () => stage.scale(0))
      await stage.step('web-0 gone', () => stage.gone('web-0'))
      await stage.step('scale to 1', () => stage.scale(1))
    },
  },
  {
    title: 'a finalizer holds the pod and the set',
    play: async (stage) => {
      await stage.createSet({ replicas: 2, template: { metadata: { finalizers: ['example.com/hold'] } } })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('scale to 1', () => stage.scale(1))
      await stage.step('force web-1', () => stage.delete('pods', 'web-1', { gracePeriodSeconds: 0 }))
      await stage.step('remove the finalizer', () => stage.patch('pods', 'web-1', { metadata: { finalizers: null } }))
    },
  },
])
