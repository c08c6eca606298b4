import type { Scenario, Turn } from './scenario'
import type { Stage } from './stage'

const isBroken = (stage: Stage) => stage.templateImage().endsWith(':does-not-exist')

const tolerateBriefly = (stage: Stage) =>
  stage.change(({ spec }) => {
    spec.template.spec.tolerations = ['not-ready', 'unreachable'].map((condition) => ({
      key: `node.kubernetes.io/${condition}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 20,
    }))
    spec.replicas = 3
  })

const silentNode = (stage: Stage) => stage.fleet.machines().find(({ outage }) => outage !== null)?.name ?? ''
const bringNodeBack = (stage: Stage) => stage.levers.undo(stage.lever('silent', silentNode(stage)))

/** After a forced delete the node may come back, with what still ran on it. */
const nodeReturns: Turn = {
  turn: 'bring-back',
  ways: [
    {
      id: 'bring-back',
      seen: (stage) => silentNode(stage) === '',
      do: bringNodeBack,
      lever: (stage) => stage.lever('silent', silentNode(stage)),
      then: [{ say: 'returned', when: (stage) => stage.nodes().every((node) => stage.nodeStatus(node) === 'True') }],
    },
  ],
}

/** Scenarios about what makes a StatefulSet stand still, and what helps. */
export const trouble: Scenario[] = [
  {
    id: 'bad-image',
    seconds: 35,
    steps: [
      { say: 'healthy', do: (stage) => stage.create() },
      {
        say: 'mistyped',
        when: (stage) => stage.settled(3),
        do: (stage) => stage.levers.pull(stage.lever('image')),
      },
      { say: 'stuck', when: (stage) => stage.waitingReason('kubia-2') === 'ImagePullBackOff' },
      {
        turn: 'revert',
        ways: [
          {
            id: 'revert',
            seen: (stage) => !isBroken(stage),
            do: (stage) => stage.levers.undo(stage.lever('image')),
            lever: (stage) => stage.lever('image'),
            kubectl: 'set image statefulset/kubia kubia=luksa/kubia-pet',
            then: [
              { say: 'reverted' },
              {
                turn: 'free',
                ways: [
                  {
                    id: 'delete',
                    seen: (stage, since) => stage.isReplaced('kubia-2', since),
                    do: (stage) => stage.deletePod('kubia-2'),
                    action: { name: 'delete-pod', ordinal: 2 },
                    kubectl: 'delete pod kubia-2',
                    then: [{ say: 'deleted' }, { say: 'well', when: (stage) => stage.settled(3) }],
                  },
                ],
              },
            ],
          },
        ],
        meanwhile: [
          {
            say: 'same-again',
            when: (stage, since) =>
              stage.pod('kubia-2') !== undefined &&
              !stage.pod('kubia-2')?.metadata.deletionTimestamp &&
              stage.isReplaced('kubia-2', since),
          },
        ],
      },
    ],
  },
  {
    id: 'node-lost',
    seconds: 100,
    steps: [
      {
        say: 'spread',
        do: (stage) => {
          stage.create({ replicas: 0 })
          tolerateBriefly(stage)
        },
      },
      {
        say: 'silent',
        when: (stage) => stage.settled(3),
        do: (stage) => stage.levers.pull(stage.lever('silent', stage.nodeOf('kubia-1'))),
      },
      { say: 'unknown', when: (stage) => stage.nodeStatus(stage.nodeOf('kubia-1')) === 'Unknown' },
      { say: 'marked', when: (stage) => stage.pod('kubia-1')?.metadata.deletionTimestamp !== undefined },
      {
        turn: 'hangs',
        ways: [
          {
            id: 'force',
            seen: (stage, since) =>
              stage.pod('kubia-1')?.metadata.uid !== since.pods.get('kubia-1') && silentNode(stage) !== '',
            do: (stage) => stage.deletePod('kubia-1', { force: true }),
            action: { name: 'force-delete-pod', ordinal: 1 },
            kubectl: 'delete pod kubia-1 --force',
            then: [{ say: 'forced' }, { say: 'elsewhere', when: (stage) => stage.settled(3) }, nodeReturns],
          },
          {
            id: 'repair',
            seen: (stage) => silentNode(stage) === '',
            do: bringNodeBack,
            lever: (stage) => stage.lever('silent', silentNode(stage)),
            then: [
              { say: 'confirmed', when: (stage) => stage.nodes().every((node) => stage.nodeStatus(node) === 'True') },
              { say: 'repaired', when: (stage) => stage.settled(3) },
            ],
          },
        ],
      },
    ],
  },
  {
    id: 'stuck-finalizer',
    seconds: 20,
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
      },
      { say: 'scaled-down', when: (stage) => stage.settled(3), do: (stage) => stage.scale(2) },
      { say: 'held', when: (stage) => stage.pod('kubia-2')?.status.phase === 'Succeeded' },
      {
        turn: 'let-go',
        ways: [
          {
            id: 'remove',
            seen: (stage) => !stage.pod('kubia-2')?.metadata.finalizers?.length,
            do: (stage) => stage.removePodFinalizers('kubia-2'),
            action: { name: 'remove-finalizers', ordinal: 2 },
            kubectl: `patch pod kubia-2 --type=merge -p '{"metadata":{"finalizers":null}}'`,
            then: [{ say: 'removed', when: (stage) => stage.pod('kubia-2') === undefined }],
          },
        ],
      },
    ],
  },
  {
    id: 'old-claim',
    seconds: 40,
    steps: [
      { say: 'january', do: (stage) => stage.create() },
      {
        say: 'told',
        when: (stage) => stage.settled(3),
        do: (stage) => stage.post('kubia-2', 'prices of January'),
      },
      { say: 'left-over', do: (stage) => stage.scale(2) },
      {
        say: 'july',
        when: (stage) => stage.settled(2),
        do: async (stage) => {
          for (const pod of ['kubia-0', 'kubia-1']) await stage.post(pod, 'prices of July')
        },
      },
      {
        turn: 'wake',
        ways: [
          {
            id: 'wake',
            seen: (stage, since) =>
              (stage.set()?.spec.replicas ?? 0) >= 3 &&
              stage.claim('data-kubia-2')?.metadata.uid === since.claims.get('data-kubia-2'),
            do: (stage) => stage.scale(3),
            action: { name: 'scale' },
            kubectl: 'scale statefulset kubia --replicas=3',
            then: [
              {
                say: null,
                when: (stage) => stage.isReady('kubia-2'),
                do: async (stage) => ({ key: 'woken', params: { answer: await stage.ask('kubia-2') } }),
              },
              { say: 'no-error' },
            ],
          },
          {
            id: 'fresh',
            seen: (stage, since) => stage.claim('data-kubia-2')?.metadata.uid !== since.claims.get('data-kubia-2'),
            do: (stage) => stage.deleteClaim('data-kubia-2'),
            kubectl: 'delete pvc data-kubia-2',
            then: [
              { say: 'claim-gone' },
              {
                turn: 'grow',
                ways: [
                  {
                    id: 'grow',
                    seen: (stage) => (stage.set()?.spec.replicas ?? 0) >= 3,
                    do: (stage) => stage.scale(3),
                    action: { name: 'scale' },
                    kubectl: 'scale statefulset kubia --replicas=3',
                    then: [{ say: 'empty', when: (stage) => stage.isReady('kubia-2') }],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
]
