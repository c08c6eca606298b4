import type { Scenario } from './scenario'

/** Scenarios about what makes a StatefulSet stand still, and what helps. */
export const trouble: Scenario[] = [
  {
    id: 'bad-image',
    steps: [
      {
        say: 'healthy',
        do: (stage) => stage.create(),
        until: (stage) => stage.settled(3),
      },
      {
        say: 'mistyped',
        do: (stage) => stage.setImage('luksa/kubia-pet:does-not-exist'),
        until: (stage) => stage.waitingReason('kubia-2') === 'ImagePullBackOff',
      },
      {
        say: 'stuck',
      },
      {
        say: 'reverted',
        do: (stage) => stage.setImage('luksa/kubia-pet'),
      },
      {
        say: 'deleted',
        do: (stage) => stage.deletePod('kubia-2'),
        until: (stage) => stage.settled(3),
      },
      { say: 'well' },
    ],
  },
  {
    id: 'node-lost',
    steps: [
      {
        say: 'spread',
        do: (stage) => {
          stage.create({ replicas: 0 })
          stage.change(({ spec }) => {
            spec.template.spec.tolerations = ['not-ready', 'unreachable'].map((condition) => ({
              key: `node.kubernetes.io/${condition}`,
              operator: 'Exists',
              effect: 'NoExecute',
              tolerationSeconds: 20,
            }))
            spec.replicas = 3
          })
        },
        until: (stage) => stage.settled(3),
      },
      {
        say: 'silent',
        do: (stage) => {
          stage.fleet.fail(stage.nodeOf('kubia-1'), 'silent')
        },
        until: (stage) => stage.nodeStatus(stage.nodeOf('kubia-1')) === 'Unknown',
      },
      {
        say: 'unknown',
        until: (stage) => stage.pod('kubia-1')?.metadata.deletionTimestamp !== undefined,
      },
      {
        say: 'marked',
      },
      {
        say: 'plain-delete',
        do: (stage) => stage.deletePod('kubia-1'),
      },
      {
        say: 'forced',
        do: (stage) => stage.deletePod('kubia-1', { force: true }),
        until: (stage) => stage.settled(3),
      },
      {
        say: 'returned',
        do: (stage) => stage.fleet.recoverAll(),
      },
    ],
  },
  {
    id: 'stuck-finalizer',
    steps: [
      {
        say: 'start',
        do: (stage) => {
          stage.create({ replicas: 0 })
          stage.change(({ spec }) => {
            const metadata = (spec.template.metadata ??= {})
            metadata.finalizers = ['example.com/backup']
            spec.replicas = 3
          })
        },
        until: (stage) => stage.settled(3),
      },
      {
        say: 'scaled-down',
        do: (stage) => stage.scale(2),
        until: (stage) => stage.pod('kubia-2')?.status.phase === 'Succeeded',
      },
      {
        say: 'forced',
        do: (stage) => stage.deletePod('kubia-2', { force: true }),
      },
      {
        say: 'removed',
        do: (stage) => stage.removePodFinalizers('kubia-2'),
        until: (stage) => stage.pod('kubia-2') === undefined,
      },
    ],
  },
  {
    id: 'old-claim',
    steps: [
      {
        say: 'january',
        do: (stage) => stage.create(),
        until: (stage) => stage.settled(3),
      },
      {
        say: 'told',
        do: (stage) => stage.post('kubia-2', 'prices of January'),
      },
      {
        say: 'left-over',
        do: (stage) => stage.scale(2),
        until: (stage) => stage.settled(2),
      },
      {
        say: 'july',
        do: async (stage) => {
          for (const pod of ['kubia-0', 'kubia-1']) await stage.post(pod, 'prices of July')
        },
      },
      {
        say: 'woken',
        do: (stage) => stage.scale(3),
        until: (stage) => stage.settled(3),
      },
      {
        say: 'no-error',
      },
    ],
  },
]
