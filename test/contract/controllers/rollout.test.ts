import { contract } from './scenario'

contract('rollout', [
  {
    title: 'goes from the top, one after the other is ready',
    play: async (stage) => {
      await stage.createSet()
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('web-2 gone', () => stage.gone('web-2'))
      await stage.step('web-2 ready', () => stage.ready('web-2'))
      await stage.step('web-1 gone', () => stage.gone('web-1'))
      await stage.step('web-1 ready', () => stage.ready('web-1'))
      await stage.step('web-0 gone', () => stage.gone('web-0'))
      await stage.step('web-0 ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'stops at the partition and goes on when it moves',
    play: async (stage) => {
      await stage.createSet({ spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } } })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('web-2 gone', () => stage.gone('web-2'))
      await stage.step('web-2 ready', () => stage.ready('web-2'))
      await stage.step('partition 1', () => stage.setRollingUpdate({ partition: 1 }))
    },
  },
  {
    title: 'a pod below the partition comes back old, one above it new',
    play: async (stage) => {
      await stage.createSet({
        replicas: 2,
        spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } },
      })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('web-1 gone', () => stage.gone('web-1'))
      await stage.step('web-1 ready', () => stage.ready('web-1'))
      await stage.step('delete web-0', () => stage.delete('pods', 'web-0'))
      await stage.step('web-0 gone', () => stage.gone('web-0'))
    },
  },
  {
    title: 'a partition counts pods, not ordinals',
    play: async (stage) => {
      await stage.createSet({
        replicas: 3,
        spec: { ordinals: { start: 5 }, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
      })
      await stage.step('ready', () => stage.allReady('web-5', 'web-6', 'web-7'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('web-7 gone', () => stage.gone('web-7'))
      await stage.step('web-7 ready', () => stage.ready('web-7'))
    },
  },
  {
    title: 'a partition beyond the replicas updates nobody, and new pods are old',
    play: async (stage) => {
      await stage.createSet({
        replicas: 1,
        spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 5 } } },
      })
      await stage.step('ready', () => stage.ready('web-0'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('scale to 2', () => stage.scale(2))
    },
  },
  {
    title: 'a broken new pod stops it, and a rollback does not free it',
    play: async (stage) => {
      await stage.createSet()
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('bad image', () => stage.setImage('nginx:bad'))
      await stage.step('web-2 gone', () => stage.gone('web-2'))
      await stage.step('web-2 unready', () => stage.unready('web-2'))
      await stage.step('rollback', () => stage.setImage('nginx:1'))
      await stage.step('delete web-2', () => stage.delete('pods', 'web-2'))
      await stage.step('web-2 gone', () => stage.gone('web-2'))
      await stage.step('web-2 ready', () => stage.ready('web-2'))
    },
  },
  {
    title: 'maxUnavailable 2 deletes two, and refills one at a time',
    play: async (stage) => {
      await stage.createSet({
        replicas: 3,
        spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 2 } } },
      })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('both gone', async () => {
        await stage.gone('web-2')
        await stage.gone('web-1')
      })
      await stage.step('web-1 ready', () => stage.ready('web-1'))
      await stage.step('web-2 ready', () => stage.ready('web-2'))
    },
  },
  {
    title: 'maxUnavailable in percent is rounded down to at least one',
    play: async (stage) => {
      await stage.createSet({
        replicas: 3,
        spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '34%' } } },
      })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
    },
  },
  {
    title: 'OnDelete leaves it to others, and rolls over in the end',
    play: async (stage) => {
      await stage.createSet({ replicas: 2, spec: { updateStrategy: { type: 'OnDelete' } } })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      for (const pod of ['web-0', 'web-1']) {
        await stage.step(`delete ${pod}`, () => stage.delete('pods', pod))
        await stage.step(`${pod} gone`, () => stage.gone(pod))
        await stage.step(`${pod} ready`, () => stage.ready(pod))
      }
    },
  },
  {
    title: 'without rollingUpdate a pod that dies mid-way comes back at the revision that its place has',
    play: async (stage) => {
      await stage.createSet({ replicas: 2, spec: { updateStrategy: { type: 'RollingUpdate' } } })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('web-1 gone', () => stage.gone('web-1'))
      await stage.step('web-1 ready', () => stage.ready('web-1'))
      await stage.step('web-0 gone', () => stage.gone('web-0'))
      await stage.step('web-0 ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'scaling goes before updating',
    play: async (stage) => {
      await stage.createSet({ replicas: 2 })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('new image and scale to 1', () =>
        stage.patch(
          'statefulsets',
          'web',
          { spec: { replicas: 1, template: { spec: { containers: [{ name: 'web', image: 'nginx:2' }] } } } },
          'strategic-merge',
        ),
      )
      await stage.step('web-1 gone', () => stage.gone('web-1'))
    },
  },
  {
    title: 'a rollback numbers the old revision anew',
    play: async (stage) => {
      await stage.createSet({ replicas: 1 })
      await stage.step('ready', () => stage.ready('web-0'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('web-0 new', async () => {
        await stage.gone('web-0')
        await stage.ready('web-0')
      })
      await stage.step('rollback', () => stage.setImage('nginx:1'))
      await stage.step('web-0 old', async () => {
        await stage.gone('web-0')
        await stage.ready('web-0')
      })
    },
  },
  {
    title: 'history is cut to its limit',
    play: async (stage) => {
      await stage.createSet({ replicas: 0, spec: { revisionHistoryLimit: 1 } })
      for (const version of [2, 3, 4, 5])
        await stage.step(`version ${version}`, () => stage.setImage(`nginx:${version}`))
    },
  },
  {
    title: 'a set without pods moves to its new revision at once',
    play: async (stage) => {
      await stage.step('create', () => stage.createSet({ replicas: 0 }))
      await stage.step('new image', () => stage.setImage('nginx:2'))
    },
  },
])
