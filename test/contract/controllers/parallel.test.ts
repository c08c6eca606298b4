import { contract } from './scenario'

const spec = { podManagementPolicy: 'Parallel' }

contract('Parallel', [
  {
    title: 'creates all at once',
    unordered: true,
    play: async (stage) => {
      await stage.step('create', () => stage.createSet({ replicas: 4, spec, claims: [{}] }))
      await stage.step('ready', () => stage.allReady('web-3', 'web-0', 'web-1', 'web-2'))
    },
  },
  {
    title: 'deletes all condemned at once, whatever their health',
    unordered: true,
    play: async (stage) => {
      await stage.createSet({ replicas: 4, spec })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2', 'web-3'))
      await stage.step('web-0 and web-3 unready', async () => {
        await stage.unready('web-0')
        await stage.unready('web-3')
      })
      await stage.step('scale to 1', () => stage.scale(1))
    },
  },
  {
    title: 'a terminating pod does not hold up the others',
    unordered: true,
    play: async (stage) => {
      await stage.createSet({ replicas: 2, spec })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('delete web-0', () => stage.delete('pods', 'web-0'))
      await stage.step('scale to 3', () => stage.scale(3))
      await stage.step('web-0 gone', () => stage.gone('web-0'))
    },
  },
  {
    title: 'updates one healthy pod at a time',
    unordered: true,
    play: async (stage) => {
      await stage.createSet({ replicas: 3, spec })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('web-2 gone', () => stage.gone('web-2'))
      await stage.step('web-2 ready', () => stage.ready('web-2'))
    },
  },
  {
    title: 'updates every broken outdated pod at once, beyond the budget',
    unordered: true,
    play: async (stage) => {
      await stage.createSet({ replicas: 4, spec })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2', 'web-3'))
      await stage.step('web-0 and web-2 unready', async () => {
        await stage.unready('web-0')
        await stage.unready('web-2')
      })
      await stage.step('new image', () => stage.setImage('nginx:2'))
    },
  },
  {
    title: 'a broken pod below the partition uses up the budget',
    unordered: true,
    play: async (stage) => {
      await stage.createSet({
        replicas: 3,
        spec: { ...spec, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } },
      })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2'))
      await stage.step('web-0 unready', () => stage.unready('web-0'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
      await stage.step('web-0 ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'maxUnavailable 3 with one broken takes the broken one and two more',
    unordered: true,
    play: async (stage) => {
      await stage.createSet({
        replicas: 5,
        spec: { ...spec, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 3 } } },
      })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1', 'web-2', 'web-3', 'web-4'))
      await stage.step('web-0 unready', () => stage.unready('web-0'))
      await stage.step('new image', () => stage.setImage('nginx:2'))
    },
  },
  {
    title: 'a rollback frees itself from a broken pod',
    unordered: true,
    play: async (stage) => {
      await stage.createSet({ replicas: 2, spec })
      await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
      await stage.step('bad image', () => stage.setImage('nginx:bad'))
      await stage.step('web-1 gone', () => stage.gone('web-1'))
      await stage.step('web-1 unready', () => stage.unready('web-1'))
      await stage.step('rollback', () => stage.setImage('nginx:1'))
    },
  },
])
